using System.Text.Json;

namespace Inbox.Tour.Chapters;

/// <summary>Pictures and PDFs: read by the OCR server, stored and found by their tenant, and by no other.</summary>
static class Scans
{
    /// <summary>A tenant with a word that stands on its papers only.</summary>
    static readonly (TourTenant Tenant, string Word)[] Senders = [(TourTenant.Acme, "roadrunner"), (TourTenant.Initech, "stapler")];

    public static async Task RunAsync(TourContext tour)
    {
        foreach (var (tenant, word) in Senders)
        {
            tour.Stage.Step($"{tenant.Slug} ({tenant.Isolation}) scans a picture and a PDF; both are read page by page, and found");
            var png = await Paper.PngAsync($"Delivery note of {tenant.Slug}", $"One {word}, slightly used", "Sign here");
            await ScanAsync(tour, tenant, "Delivery note", png, "image/png", 1);
            var pdf = Paper.Pdf(
                [$"Contract of {tenant.Slug}", "Page one of three"], [$"The {word} is the subject", "Page two of three"],
                ["Signed and sealed", "Page three of three"]);
            await ScanAsync(tour, tenant, "Contract", pdf, "application/pdf", 3);

            var answer = await tour.ShowAsync(tenant, HttpMethod.Get, $"{tenant.Path}/search?q={word}");
            var hits = Titles(answer);
            tour.Stage.Check($"both papers of {tenant.Slug} are found by what was read on them", hits.SetEquals(["Contract", "Delivery note"]));
            foreach (var other in TourTenant.All.Where(other => other != tenant))
            {
                var none = await tour.SendAsync(other, HttpMethod.Get, $"{other.Path}/search?q={word}");
                tour.Stage.Check($"{other.Slug} finds no {word}", none.Status == 200 && Titles(none).Count == 0, none);
                var (hidden, unknown) = (
                    await tour.SendAsync(other, HttpMethod.Get, $"{other.Path}/{tenant.Documents["Contract"]}/scan/pages"),
                    await tour.SendAsync(other, HttpMethod.Get, $"{other.Path}/{Guid.NewGuid()}/scan/pages"));
                tour.Stage.Check($"{other.Slug}, with the contract's id, is answered as for one that is not there", hidden.Status == 404 && hidden == unknown, hidden);
            }
        }
    }

    static async Task ScanAsync(TourContext tour, TourTenant tenant, string title, byte[] file, string mediaType, int pages)
    {
        var accepted = await tour.ShowAsync(new Call(HttpMethod.Post, $"{tenant.Path}/scans?title={Uri.EscapeDataString(title)}")
        {
            File = (file, mediaType),
            Token = tour.TokenOf(tenant),
            Who = $"{tenant.User} of {tenant.Slug}",
        });
        if (accepted.Status != 202 || accepted.Header("Location") is not { } location)
            throw new TourException($"the {title} of {tenant.Slug} was not taken in: {accepted.Status} {accepted.Text}");
        tenant.Documents[title] = accepted.Json.GetProperty("id").GetString()!;

        var last = default(JsonElement);
        tour.Stage.Say($"GET {location}/events");
        await foreach (var (name, scan) in tour.WatchAsync(tenant, $"{location}/events"))
        {
            last = scan;
            tour.Stage.Say($"  {name,-8} {scan.GetProperty("pagesDone")} of {scan.GetProperty("pages")} pages");
        }

        var read = (await tour.SendAsync(tenant, HttpMethod.Get, $"{location}/pages")).Json.GetProperty("pages").EnumerateArray().ToArray();
        foreach (var page in read)
            tour.Stage.Say($"  page {page.GetProperty("number")}, by {page.GetProperty("engine")}: {Stage.Line(page.GetProperty("text").GetString()!)}");
        tour.Stage.Check(
            $"the {title} is done: {pages} {(pages == 1 ? "page" : "pages")}, with {tenant.Slug} on the first",
            last.GetProperty("status").GetString() == "done" && read.Length == pages &&
            read[0].GetProperty("text").GetString()!.Contains(tenant.Slug, StringComparison.OrdinalIgnoreCase));
    }

    static HashSet<string> Titles(Answer answer) => answer.Status == 200
        ? [.. answer.Json.GetProperty("hits").EnumerateArray().Select(hit => hit.GetProperty("title").GetString()!)]
        : [];
}
