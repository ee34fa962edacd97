namespace Inbox.Tour.Chapters;

/// <summary>The same handler and the same SQL: each tenant sees its own.</summary>
static class OwnDocuments
{
    public static async Task RunAsync(TourContext tour)
    {
        tour.Stage.Step("Each tenant lists its inbox: equal titles, none of them another's");
        foreach (var tenant in TourTenant.All)
        {
            var answer = await tour.ShowAsync(tenant, HttpMethod.Get, tenant.Path);
            tour.Stage.Check(
                $"exactly the {tenant.Documents.Count} ids that {tenant.Slug} was given",
                answer.Status == 200 && tenant.OwnsExactly(answer.DocumentIds) && !tenant.SeesForeign(answer.Text));
        }

        tour.Stage.Step("Each tenant reads the document with the same title, and gets its own copy");
        var title = TourTenant.Acme.Documents.Keys.First();
        foreach (var tenant in TourTenant.All)
        {
            var answer = await tour.ShowAsync(tenant, HttpMethod.Get, $"{tenant.Path}/{tenant.Documents[title]}");
            tour.Stage.Check(
                $"the text is the copy of {tenant.Slug}",
                answer.Status == 200 && answer.Text.Contains(tenant.Mark, StringComparison.Ordinal) && !tenant.SeesForeign(answer.Text));
        }
    }
}
