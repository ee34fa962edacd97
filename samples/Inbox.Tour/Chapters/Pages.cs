namespace Inbox.Tour.Chapters;

/// <summary>Lists page by page, and what another tenant's cursor is worth.</summary>
static class Pages
{
    const int Limit = 3;

    public static async Task RunAsync(TourContext tour)
    {
        tour.Stage.Step("A list is read page by page, and a cursor is good for its own tenant only");
        foreach (var tenant in TourTenant.All)
            await ReadAllAsync(tour, tenant);
        foreach (var thief in TourTenant.All)
            await StealAsync(tour, thief, TourTenant.All.First(tenant => tenant != thief));
    }

    static async Task ReadAllAsync(TourContext tour, TourTenant tenant)
    {
        var path = $"{tenant.Path}?limit={Limit}";
        var (ids, pages, linked) = (new List<string>(), 0, true);
        for (string? next = path; next is not null; pages++)
        {
            // The first is enough to show.
            var page = pages == 0 ? await tour.ShowAsync(tenant, HttpMethod.Get, next) : await tour.SendAsync(tenant, HttpMethod.Get, next);
            if (page.Status != 200)
                throw new TourException($"a page of {tenant.Slug} was answered {page.Status} {page.Text}");
            var documents = page.Json.GetProperty("documents").EnumerateArray().ToArray();
            tour.Stage.Say($"page {pages + 1}: {string.Join(", ", documents.Select(document => Stage.Shorten(document.GetProperty("title").GetString()!)))}");
            ids.AddRange(documents.Select(document => document.GetProperty("id").GetString()!));
            next = page.Next is { } cursor ? $"{path}&cursor={cursor}" : null;
            linked &= next is null || page.Headers.Contains($"Link: <{next}>; rel=\"next\"", StringComparison.Ordinal);
        }

        tour.Stage.Check(
            $"{pages} pages of at most {Limit} hold each document of {tenant.Slug} ({tenant.Isolation}) once, linked by 'Link'",
            linked && pages == (tenant.Documents.Count + Limit - 1) / Limit && ids.Count == tenant.Documents.Count && tenant.OwnsExactly(ids));
    }

    static async Task StealAsync(TourContext tour, TourTenant thief, TourTenant victim)
    {
        var stolen = (await tour.SendAsync(victim, HttpMethod.Get, $"{victim.Path}?limit={Limit}")).Next;
        var answer = await tour.ShowAsync(thief, HttpMethod.Get, $"{thief.Path}?limit={Limit}&cursor={stolen}");
        var nonsense = await tour.SendAsync(thief, HttpMethod.Get, $"{thief.Path}?limit={Limit}&cursor=nonsense");
        tour.Stage.Check(
            $"400: {victim.Slug}'s cursor is, byte for byte, as good as nonsense to {thief.Slug}",
            answer.Status == 400 && answer == nonsense && !thief.SeesForeign(answer.Text), nonsense);
    }
}
