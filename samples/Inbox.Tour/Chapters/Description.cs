using System.Text.RegularExpressions;

namespace Inbox.Tour.Chapters;

/// <summary>The API's own document, and every endpoint of it tried at another tenant's address.</summary>
static partial class Description
{
    public static async Task RunAsync(TourContext tour)
    {
        tour.Stage.Step("The API describes itself, and every endpoint it names hides another tenant");
        var document = await tour.SendAsync(new Call(HttpMethod.Get, "/openapi/v1.json"));
        if (document.Status != 200)
            throw new TourException($"/openapi/v1.json was answered {document.Status}.");
        var operations = document.Json.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (
                Path: path.Name, Method: new HttpMethod(operation.Name.ToUpperInvariant()),
                Summary: operation.Value.TryGetProperty("summary", out var summary) ? summary.GetString() : ""))).ToArray();
        tour.Stage.Say("GET /openapi/v1.json");
        foreach (var (path, method, summary) in operations)
            tour.Stage.Say($"  {method,-6} {path,-56} {summary}");
        tour.Stage.Check($"{operations.Length} endpoints, each with its summary", operations.All(operation => operation.Summary is { Length: > 0 }));

        var ofTenant = operations.Where(operation => operation.Path.Contains("{tenant}", StringComparison.Ordinal)).ToArray();
        foreach (var caller in TourTenant.All)
        {
            var other = TourTenant.All.First(tenant => tenant != caller);
            var differing = new List<string>();
            foreach (var (path, method, _) in ofTenant)
            {
                var (foreign, unknown) = (await CallAsync(tour, caller, method, path, other), await CallAsync(tour, caller, method, path, null));
                if (foreign.Status != 404 || foreign != unknown)
                    differing.Add($"{method} {path}: {foreign.Status}, {unknown.Status}");
            }

            tour.Stage.Check(
                $"{caller.User} of {caller.Slug}, at {other.Slug}: {ofTenant.Length} endpoints answer 404 as for an unknown tenant {string.Join("; ", differing)}",
                ofTenant.Length > 0 && differing.Count == 0);
        }
    }

    static Task<Answer> CallAsync(TourContext tour, TourTenant caller, HttpMethod method, string path, TourTenant? tenant)
    {
        var filled = path.Replace("{tenant}", tenant?.Slug ?? "nobody", StringComparison.Ordinal)
            .Replace("{id}", tenant?.Documents.Values.First() ?? Guid.NewGuid().ToString(), StringComparison.Ordinal);
        return tour.SendAsync(new Call(method, Hole().Replace(filled, "x") + "?q=word&title=word")
        {
            File = path.EndsWith("/scans", StringComparison.Ordinal) ? ([1, 2, 3], "image/png") : null,
            Body = method == HttpMethod.Post || method == HttpMethod.Put || method == HttpMethod.Patch ? """{"title":"a","body":"b"}""" : null,
            Token = tour.TokenOf(caller),
            Headers = new Dictionary<string, string> { ["If-Match"] = "*" },
        });
    }

    [GeneratedRegex("{[a-z]+}")]
    private static partial Regex Hole();
}
