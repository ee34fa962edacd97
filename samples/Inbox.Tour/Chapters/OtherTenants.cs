namespace Inbox.Tour.Chapters;

/// <summary>What a tenant's user tries with a valid token of its own.</summary>
static class OtherTenants
{
    public static async Task RunAsync(TourContext tour)
    {
        tour.Stage.Step("A document id stolen from another tenant finds nothing");
        foreach (var (thief, victim) in Pairs())
        {
            var stolen = $"{thief.Path}/{victim.Documents.Values.First()}";
            var read = await tour.ShowAsync(thief, HttpMethod.Get, stolen);
            var removed = await tour.ShowAsync(thief, HttpMethod.Delete, stolen);
            var unknown = await tour.SendAsync(
                new Call(HttpMethod.Get, $"{thief.Path}/{Guid.NewGuid()}") { Token = tour.TokenOf(thief) });
            tour.Stage.Check(
                $"{thief.Slug} can neither read nor delete a document of {victim.Slug}: 404, as for an id that nobody has",
                (read.Status, removed.Status) == (404, 404) && read == unknown, unknown);
        }

        tour.Stage.Step("Another tenant's address looks like one that does not exist");
        foreach (var (caller, other) in Pairs())
        {
            var foreign = await tour.ShowAsync(caller, HttpMethod.Get, other.Path);
            var unknown = await tour.SendAsync(
                new Call(HttpMethod.Get, "/v1/organizations/nobody/documents") { Token = tour.TokenOf(caller) });
            tour.Stage.Check(
                $"404, and byte for byte the answer for an unknown tenant ({unknown.Text.Length} bytes, and the headers)",
                foreign.Status == 404 && foreign == unknown, unknown);
        }

        tour.Stage.Step("A forged header does not change whose rows are shown");
        var acme = TourTenant.Acme;
        foreach (var header in (string[])["X-Tenant", "X-Tenant-Id", "Tenant"])
        {
            var answer = await tour.ShowAsync(new Call(HttpMethod.Get, acme.Path)
            {
                Token = tour.TokenOf(acme),
                Who = $"{acme.User} of {acme.Slug}",
                Headers = new Dictionary<string, string> { [header] = TourTenant.Globex.Slug },
            });
            tour.Stage.Check("acme's rows, and no other", answer.Status == 200 && acme.OwnsExactly(answer.DocumentIds));
        }
    }

    static IEnumerable<(TourTenant Caller, TourTenant Other)> Pairs() =>
        TourTenant.All.Select((tenant, i) => (tenant, TourTenant.All[(i + 1) % TourTenant.All.Count]));
}
