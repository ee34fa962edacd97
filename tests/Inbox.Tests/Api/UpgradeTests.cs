using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Inbox.Authentication;
using Inbox.Tests.Hosting;
using Tenancy.TestKit;
using Deployment = Inbox.Tests.Hosting.Deployment;

namespace Inbox.Tests.Api;

/// <summary>Documents that were there before pages, tags and search: all of it is theirs after the migrations.</summary>
/// <remarks>After the others rather than beside them: two installations at once would change the same logins.</remarks>
[Collection(InboxCollection.Name)]
public sealed class UpgradeTests
{
    const string Administrator = "INBOX_TESTS_ADMINISTRATOR";

    [Fact]
    public async Task Documents_of_the_first_migration_are_paged_found_and_tagged_after_the_others()
    {
        using var deployment = new Deployment();
        var first = Directory.CreateTempSubdirectory("inbox-migrations-");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Migrations", "0001_documents.sql"), Path.Combine(first.FullName, "0001_documents.sql"));
        var (exitCode, log) = await ApiProcess.RunAsync(
            [.. deployment.Variables, new(Administrator, PrivateCluster.Administrator)], "install", "--admin-env", Administrator);
        Assert.True(exitCode == 0, log);
        var tenants = new Dictionary<string, (string Slug, int Documents)>
        {
            ["row"] = ($"r-{Guid.NewGuid():N}"[..14], 3), ["schema"] = ($"s-{Guid.NewGuid():N}"[..14], 4), ["database"] = ($"d-{Guid.NewGuid():N}"[..14], 5),
        };
        try
        {
            var (old, oldAddress) = await ApiProcess.ServeAsync([.. deployment.Variables, new("Tenancy__Postgres__Migrations__Directory", first.FullName)]);
            await using (old)
            {
                foreach (var (isolation, (slug, documents)) in tenants)
                    await CreateAsync(deployment, oldAddress, isolation, slug, documents);
            }

            var (api, address) = await ApiProcess.ServeAsync(deployment.Variables);
            await using (api)
            {
                foreach (var (isolation, (slug, documents)) in tenants)
                    await AssertServedAsync(deployment, address, isolation, slug, documents);
                foreach (var (_, (slug, _)) in tenants)
                    await SendAsync(deployment, address, HttpMethod.Delete, $"/admin/tenants/{slug}");
            }
        }
        finally
        {
            await deployment.DropAsync();
            first.Delete(recursive: true);
        }
    }

    static async Task CreateAsync(Deployment deployment, Uri address, string isolation, string slug, int documents)
    {
        var json = new JsonObject { ["slug"] = slug, ["name"] = "Old", ["tier"] = "starter", ["isolation"] = isolation }.ToJsonString();
        var created = await SendAsync(deployment, address, HttpMethod.Post, "/admin/tenants", json: json);
        Assert.True(created.Status == 201 && (int)created.Json["migrationVersion"]! == 1, created.ToString());
        var id = (Guid)created.Json["id"]!;
        var database = isolation == "database"
            ? Assert.Single(await TenantPlaces.ReadAsync("postgres", $"select datname from pg_database where datname like '%{id:N}%'"))
            : deployment.SharedDatabase;
        await PrivateCluster.ExecuteAsync(database,
            $"insert into {(isolation == "schema" ? $"t_{id:N}" : "app")}.documents (tenant_id, title, body) " +
            $"select '{id}', 'old ' || n, 'the whale of {slug}' from generate_series(1, {documents}) n");
    }

    static async Task AssertServedAsync(Deployment deployment, Uri address, string isolation, string slug, int documents)
    {
        var path = $"/v1/organizations/{slug}/documents";
        var tenant = await SendAsync(deployment, address, HttpMethod.Get, $"/admin/tenants/{slug}");
        Assert.Equal((4, isolation), ((int)tenant.Json["migrationVersion"]!, (string)tenant.Json["isolation"]!));
        var list = await SendAsync(deployment, address, HttpMethod.Get, path, slug);
        Assert.Equal(documents, list.DocumentIds.Length);
        var hits = await SendAsync(deployment, address, HttpMethod.Get, $"{path}/search?q=whales", slug);
        Assert.Equal(list.DocumentIds.Order(StringComparer.Ordinal), hits.Json["hits"]!.AsArray().Select(hit => (string)hit!["id"]!).Order(StringComparer.Ordinal));
        Assert.All(hits.Json["hits"]!.AsArray(), hit => Assert.Equal($"<mark>whale</mark> of {slug}", (string)hit!["snippet"]!));
        var tags = new HashSet<string?>();
        foreach (var id in list.DocumentIds)
            Assert.True(tags.Add((await SendAsync(deployment, address, HttpMethod.Get, $"{path}/{id}", slug)).ETag));
        Assert.DoesNotContain(null, tags);
    }

    static async Task<Reply> SendAsync(
        Deployment deployment, Uri address, HttpMethod method, string path, string? organization = null, string? json = null)
    {
        var claims = DevelopmentTokens.Claims("https://issuer.example", "inbox", "alice", DateTimeOffset.UtcNow, TimeSpan.FromMinutes(5));
        if (organization is null)
            claims["roles"] = new JsonArray("platform-admin");
        else
            claims["org"] = organization;
        using var client = new HttpClient { BaseAddress = address };
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", DevelopmentTokens.Sign(deployment.Key, claims));
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request);
        return await Reply.ReadAsync(response);
    }
}
