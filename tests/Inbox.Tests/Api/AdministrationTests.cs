using System.Text.Json.Nodes;
using Inbox.Tests.Hosting;

namespace Inbox.Tests.Api;

/// <summary>Tenants are administered by platform administrators, and by nobody else.</summary>
[Collection(InboxCollection.Name)]
public sealed class AdministrationTests(InboxFixture inbox)
{
    [Theory]
    [InlineData("GET", "/admin/tenants")]
    [InlineData("POST", "/admin/tenants")]
    [InlineData("GET", "/admin/tenants/{0}")]
    [InlineData("GET", "/admin/tenants/{0}/usage")]
    [InlineData("DELETE", "/admin/tenants/{0}")]
    [InlineData("POST", "/admin/tenants/{0}/suspend")]
    [InlineData("POST", "/admin/tenants/{0}/resume")]
    public async Task Nobody_else_administers(string method, string path)
    {
        path = string.Format(path, inbox.Tenants["row"]);
        var verb = new HttpMethod(method);
        (await inbox.SendAsync(verb, path, token: null)).AssertProblem(401);
        (await inbox.SendAsync(verb, path, inbox.Token(inbox.Tenants["row"]))).AssertProblem(403);
        foreach (var role in (string[])["admin", "Platform-Admin", "platform-admin ", "platform-admins"])
            (await inbox.SendAsync(verb, path, inbox.Token(inbox.Tenants["row"], "alice", role))).AssertProblem(403);
        Assert.Equal(200, (await inbox.SendAsync(HttpMethod.Get, $"/admin/tenants/{inbox.Tenants["row"]}", inbox.Administrator)).Status);
    }

    [Fact]
    public async Task Who_administers_tenants_reads_none_of_their_documents()
    {
        foreach (var (_, slug) in inbox.Tenants)
            (await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{slug}/documents", inbox.Administrator)).AssertProblem(404);
    }

    [Theory]
    [InlineData("starter", null, "row")]
    [InlineData("professional", null, "schema")]
    [InlineData("enterprise", null, "database")]
    [InlineData("starter", "database", "database")]
    [InlineData("enterprise", "row", "row")]
    public async Task A_tenant_lives_through_its_life(string tier, string? isolation, string expected)
    {
        var slug = await inbox.CreateTenantAsync(tier, isolation);
        var (path, documents, token) = ($"/admin/tenants/{slug}", $"/v1/organizations/{slug}/documents", inbox.Token(slug));

        var read = await inbox.SendAsync(HttpMethod.Get, path, inbox.Administrator);
        Assert.Equal((expected, "active", tier), ((string)read.Json["isolation"]!, (string)read.Json["status"]!, (string)read.Json["tier"]!));
        Assert.Equal(4, (int)read.Json["migrationVersion"]!);
        var list = await inbox.SendAsync(HttpMethod.Get, "/admin/tenants?limit=200", inbox.Administrator);
        Assert.Contains(list.Json["tenants"]!.AsArray(), tenant => (string)tenant!["slug"]! == slug);
        Assert.Equal(201, (await inbox.SendAsync(HttpMethod.Post, documents, token, """{"title":"a","body":"b"}""")).Status);

        for (var again = 0; again < 2; again++)
        {
            var suspended = await inbox.SendAsync(HttpMethod.Post, $"{path}/suspend", inbox.Administrator);
            Assert.Equal((200, "suspended"), (suspended.Status, (string)suspended.Json["status"]!));
            (await inbox.SendAsync(HttpMethod.Get, documents, token)).AssertProblem(403);
        }

        Assert.Equal(200, (await inbox.SendAsync(HttpMethod.Post, $"{path}/resume", inbox.Administrator)).Status);
        Assert.Single((await inbox.SendAsync(HttpMethod.Get, documents, token)).DocumentIds);

        Assert.Equal(204, (await inbox.SendAsync(HttpMethod.Delete, path, inbox.Administrator)).Status);
        (await inbox.SendAsync(HttpMethod.Get, path, inbox.Administrator)).AssertProblem(404);
        (await inbox.SendAsync(HttpMethod.Delete, path, inbox.Administrator)).AssertProblem(404);
        (await inbox.SendAsync(HttpMethod.Post, $"{path}/suspend", inbox.Administrator)).AssertProblem(404);
        (await inbox.SendAsync(HttpMethod.Get, documents, token)).AssertProblem(404);
    }

    [Theory]
    [InlineData("row")]
    [InlineData("schema")]
    [InlineData("database")]
    public async Task A_slug_that_is_used_again_inherits_nothing(string isolation)
    {
        var slug = await inbox.CreateTenantAsync("starter", isolation);
        var documents = $"/v1/organizations/{slug}/documents";
        await inbox.SendAsync(HttpMethod.Post, documents, inbox.Token(slug), """{"title":"a","body":"b"}""");
        await inbox.SendAsync(HttpMethod.Delete, $"/admin/tenants/{slug}", inbox.Administrator);
        var body = new JsonObject { ["slug"] = slug, ["name"] = "Next", ["tier"] = "starter", ["isolation"] = isolation };
        var created = await inbox.SendAsync(HttpMethod.Post, "/admin/tenants", inbox.Administrator, body.ToJsonString());
        Assert.Equal((201, $"/admin/tenants/{slug}"), (created.Status, created.Location));
        Assert.Empty((await inbox.SendAsync(HttpMethod.Get, documents, inbox.Token(slug))).DocumentIds);
    }

    [Fact]
    public async Task A_taken_slug_is_a_conflict()
    {
        var body = new JsonObject { ["slug"] = inbox.Tenants["schema"], ["name"] = "Twin", ["tier"] = "starter" };
        (await inbox.SendAsync(HttpMethod.Post, "/admin/tenants", inbox.Administrator, body.ToJsonString())).AssertProblem(409);
    }
}
