using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Inbox.Tour.Chapters;

/// <summary>Three tenants on three isolations, each with the same texts.</summary>
static class Preparation
{
    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task RunAsync(TourContext tour)
    {
        // A tour that was taken before left its tenants behind.
        foreach (var tenant in TourTenant.All)
            await tour.SendAsync(new Call(HttpMethod.Delete, $"/admin/tenants/{tenant.Slug}") { Token = tour.Administrator });

        tour.Stage.Step("Three tenants, three isolations, one API");
        foreach (var tenant in TourTenant.All)
            await CreateAsync(tour, tenant);

        tour.Stage.Step("Each tenant puts the same texts into its inbox");
        var files = Directory.GetFiles(tour.Data, "*.txt").Order(StringComparer.Ordinal).ToArray();
        if (files.Length == 0)
            throw new TourException($"there are no texts in {tour.Data}.");
        foreach (var tenant in TourTenant.All)
            await LoadAsync(tour, tenant, files);
    }

    static async Task CreateAsync(TourContext tour, TourTenant tenant)
    {
        var body = new JsonObject { ["slug"] = tenant.Slug, ["name"] = tenant.Name, ["tier"] = tenant.Tier };
        var answer = await tour.ShowAsAdministratorAsync(HttpMethod.Post, "/admin/tenants", body.ToJsonString());
        if (answer.Status == 201)
            tenant.Id = answer.Json.GetProperty("id").GetString()!;
        var isolated = answer.Status == 201 && answer.Json.GetProperty("isolation").GetString() == tenant.Isolation;
        if (!tour.Stage.Check($"{tenant.Slug}: tier {tenant.Tier}, isolation {tenant.Isolation}", isolated))
            throw new TourException("without its tenants there is nothing to see.");
    }

    static async Task LoadAsync(TourContext tour, TourTenant tenant, string[] files)
    {
        foreach (var file in files)
        {
            var text = await File.ReadAllTextAsync(file);
            var title = text[..text.IndexOf('\n', StringComparison.Ordinal)].Trim();
            var body = new JsonObject { ["title"] = title, ["body"] = $"{tenant.Mark} {text[title.Length..].Trim()}" };
            var call = new Call(HttpMethod.Post, tenant.Path)
            {
                Body = body.ToJsonString(Readable),
                Token = tour.TokenOf(tenant),
                Who = $"{tenant.User} of {tenant.Slug}",
            };
            // One is enough to show.
            var answer = file == files[0] ? await tour.ShowAsync(call) : await tour.SendAsync(call);
            if (answer.Status != 201)
                throw new TourException($"'{title}' was not added for {tenant.Slug}: {answer.Status} {answer.Text}");
            tenant.Documents[title] = answer.Json.GetProperty("id").GetString()!;
        }

        tour.Stage.Check($"{tenant.Slug} holds {files.Length} documents", tenant.Documents.Count == files.Length);
    }
}
