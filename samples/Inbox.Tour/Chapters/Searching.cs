namespace Inbox.Tour.Chapters;

/// <summary>Full-text search: one statement, three isolations, and no word of a neighbour's.</summary>
static class Searching
{
    const string Words = "liberty or whale";

    public static async Task RunAsync(TourContext tour)
    {
        tour.Stage.Step("Each tenant searches its texts, and finds its own copies only");
        var ranks = new List<string>();
        foreach (var tenant in TourTenant.All)
        {
            var answer = await tour.ShowAsync(tenant, HttpMethod.Get, $"{tenant.Path}/search?q={Uri.EscapeDataString(Words)}");
            var hits = answer.Status == 200 ? answer.Json.GetProperty("hits").EnumerateArray().ToArray() : [];
            ranks.Add(string.Join(' ', hits.Select(hit => $"{hit.GetProperty("title")} {hit.GetProperty("rank")}")));
            foreach (var hit in hits)
                tour.Stage.Say($"{hit.GetProperty("rank").GetSingle(),6:F3}  {Stage.Shorten(hit.GetProperty("title").GetString()!),-27} {Stage.Line(hit.GetProperty("snippet").GetString()!)}");
            // A hit for its title may show the beginning of its text, where no word is marked.
            tour.Stage.Check(
                $"{hits.Length} hits, all of {tenant.Slug} ({tenant.Isolation}), best first, the words marked in what is shown of the text",
                hits.Length > 1 && hits.All(hit => tenant.Documents.ContainsValue(hit.GetProperty("id").GetString()!)) &&
                hits.Any(hit => hit.GetProperty("snippet").GetString()!.Contains("<mark>", StringComparison.Ordinal)) &&
                !tenant.SeesForeign(answer.Text));
        }

        tour.Stage.Check("equal texts rank equally: nothing of a neighbour's moves a rank", ranks.Distinct().Count() == 1);

        var (owner, neighbour) = (TourTenant.Acme, TourTenant.Globex);
        var mark = $"\"copy of {owner.Slug}\"";
        var own = await tour.ShowAsync(owner, HttpMethod.Get, $"{owner.Path}/search?q={Uri.EscapeDataString(mark)}");
        var foreign = await tour.ShowAsync(neighbour, HttpMethod.Get, $"{neighbour.Path}/search?q={Uri.EscapeDataString(mark)}");
        tour.Stage.Check(
            $"what stands in every text of {owner.Slug} is found by {owner.Slug}, and by {neighbour.Slug} not once",
            own.Status == 200 && own.Json.GetProperty("hits").GetArrayLength() == owner.Documents.Count &&
            foreign.Status == 200 && foreign.Json.GetProperty("hits").GetArrayLength() == 0);
    }
}
