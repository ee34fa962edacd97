namespace Inbox.Tour.Chapters;

/// <summary>ETags: who has it already is told so, and no update is lost.</summary>
static class Revisions
{
    public static async Task RunAsync(TourContext tour)
    {
        tour.Stage.Step("Two editors, one document: the second is told, and nothing is lost");
        foreach (var tenant in TourTenant.All)
            await EditAsync(tour, tenant);
    }

    static async Task EditAsync(TourContext tour, TourTenant tenant)
    {
        var (title, id) = tenant.Documents.First();
        var path = $"{tenant.Path}/{id}";
        var read = await tour.SendAsync(tenant, HttpMethod.Get, path);
        var tag = read.Header("ETag") ?? "";

        var known = await tour.ShowAsync(Call(tour, tenant, HttpMethod.Get, path, "If-None-Match", tag));
        tour.Stage.Check($"304: {tenant.Slug} has it already, and is sent no text", (known.Status, known.Text) == (304, "") && tag.Length > 2);

        var first = await tour.ShowAsync(Call(tour, tenant, HttpMethod.Patch, path, "If-Match", tag, $$"""{"title":"{{title}}, annotated"}"""));
        var second = await tour.ShowAsync(Call(tour, tenant, HttpMethod.Patch, path, "If-Match", tag, $$"""{"title":"{{title}}, censored"}"""));
        tour.Stage.Check("200 for the first, 412 for the second, who has read what is no longer there", (first.Status, second.Status) == (200, 412));

        var unconditional = await tour.SendAsync(Call(tour, tenant, HttpMethod.Patch, path, null, "", """{"title":"mine"}"""));
        var now = await tour.SendAsync(tenant, HttpMethod.Get, path);
        tour.Stage.Check(
            "428 for who does not say what was read, and the first one's change stands",
            unconditional.Status == 428 && now.Status == 200 && now.Json.GetProperty("title").GetString() == $"{title}, annotated" &&
            now.Header("ETag") == first.Header("ETag") && now.Header("ETag") != tag, unconditional);

        // Put back, so that the chapters after this one find the titles they know.
        var back = await tour.SendAsync(Call(tour, tenant, HttpMethod.Patch, path, "If-Match", "*", $$"""{"title":"{{title}}"}"""));
        tour.Stage.Check("* is whatever there is: the old title is back", back.Status == 200, back);
    }

    static Call Call(
        TourContext tour, TourTenant tenant, HttpMethod method, string path, string? condition, string value, string? body = null) =>
        new(method, path)
        {
            Body = body,
            Token = tour.TokenOf(tenant),
            Who = $"{tenant.User} of {tenant.Slug}",
            Headers = condition is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [condition] = value },
        };
}
