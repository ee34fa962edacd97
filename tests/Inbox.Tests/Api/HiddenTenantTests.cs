using System.Text;
using Inbox.Tests.Hosting;
using Tenancy.Ocr.Tests.Support;

namespace Inbox.Tests.Api;

/// <summary>On every endpoint of the API's document: a tenant that is not the caller's looks like one that does not exist.</summary>
[Collection(InboxCollection.Name)]
public sealed class HiddenTenantTests(InboxFixture inbox)
{
    const string Unknown = "nobody-has-this";

    [Theory]
    [InlineData("row", "row-2")]
    [InlineData("row", "schema")]
    [InlineData("schema", "database")]
    [InlineData("database", "row")]
    public async Task Unknown_and_not_yours_are_equal_byte_for_byte(string caller, string other)
    {
        var deleted = await inbox.CreateTenantAsync("starter", "row");
        Assert.Equal(204, (await inbox.SendAsync(HttpMethod.Delete, $"/admin/tenants/{deleted}", inbox.Administrator)).Status);
        var suspended = await inbox.CreateTenantAsync("starter", "row");
        Assert.Equal(200, (await inbox.SendAsync(HttpMethod.Post, $"/admin/tenants/{suspended}/suspend", inbox.Administrator)).Status);

        await using var raw = new RawHttp(inbox.Address);
        var (token, checkedOnes) = (inbox.Token(inbox.Tenants[caller]), 0);
        foreach (var operation in (await inbox.ReadOperationsAsync()).Where(operation => operation.OfTenant))
        {
            var id = Guid.NewGuid().ToString();
            var unknown = await SendAsync(raw, operation, Unknown, id, token);
            Assert.StartsWith("HTTP/1.1 404 ", unknown, StringComparison.Ordinal);
            foreach (var hidden in (string[])[inbox.Tenants[other], deleted, suspended])
            {
                Assert.Equal(unknown, await SendAsync(raw, operation, hidden, id, token));
                checkedOnes++;
            }

            // The control: the same request with the caller's own tenant is answered otherwise.
            Assert.NotEqual(unknown, await SendAsync(raw, operation, inbox.Tenants[caller], id, token));
        }

        Assert.True(checkedOnes >= 36, $"Only {checkedOnes} were compared.");
    }

    [Fact]
    public async Task What_is_wrong_with_a_request_tells_nothing_of_a_tenant_that_is_not_the_callers()
    {
        await using var raw = new RawHttp(inbox.Address);
        var token = inbox.Token(inbox.Tenants["row"]);
        foreach (var operation in (await inbox.ReadOperationsAsync()).Where(operation => operation.OfTenant))
        {
            foreach (var (body, type, header) in ((string?, string, string)[])
                     [("{", "application/json", ""), ("no image", "image/png", ""), ("", "application/pdf", ""), ("{}", "text/plain", ""), (null, "", "If-Match: nonsense\r\n"), (null, "", "If-None-Match: *\r\n")])
            {
                var unknown = await SendAsync(raw, operation, Unknown, "x", token, body, type, header);
                Assert.Equal(unknown, await SendAsync(raw, operation, inbox.Tenants["schema"], "x", token, body, type, header));
            }
        }
    }

    [Fact]
    public async Task A_suspended_tenants_user_is_refused_on_every_endpoint_and_a_deleted_ones_finds_none()
    {
        foreach (var isolation in (string[])["row", "schema", "database"])
        {
            var slug = await inbox.CreateTenantAsync("starter", isolation);
            var (token, operations) = (inbox.Token(slug), (await inbox.ReadOperationsAsync()).Where(operation => operation.OfTenant).ToArray());
            var added = await inbox.SendAsync(HttpMethod.Post, $"/v1/organizations/{slug}/documents", token, """{"title":"kept","body":"kept"}""");
            await inbox.SendAsync(HttpMethod.Post, $"/admin/tenants/{slug}/suspend", inbox.Administrator);
            foreach (var operation in operations)
                (await CallAsync(operation, slug, (string)added.Json["id"]!, token)).AssertProblem(403);

            // Nothing was lost, changed or stored meanwhile.
            await inbox.SendAsync(HttpMethod.Post, $"/admin/tenants/{slug}/resume", inbox.Administrator);
            Assert.Equal([(string)added.Json["id"]!], (await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{slug}/documents", token)).DocumentIds);
            Assert.Equal(added.ETag, (await inbox.SendAsync(HttpMethod.Get, added.Location!, token)).ETag);

            await inbox.SendAsync(HttpMethod.Delete, $"/admin/tenants/{slug}", inbox.Administrator);
            foreach (var operation in operations)
                (await CallAsync(operation, slug, (string)added.Json["id"]!, token)).AssertProblem(404);
        }
    }

    [Fact]
    public async Task Who_is_no_administrator_learns_of_no_tenant_by_administering()
    {
        foreach (var token in (string?[])[inbox.Token(inbox.Tenants["row"]), null])
        {
            foreach (var operation in (await inbox.ReadOperationsAsync()).Where(operation => operation.Path.StartsWith("/admin/", StringComparison.Ordinal)))
            {
                var unknown = await inbox.SendAsync(operation.Method, operation.Fill(slug: Unknown), token, operation.Body);
                Assert.Equal(unknown, await inbox.SendAsync(operation.Method, operation.Fill(slug: inbox.Tenants["schema"]), token, operation.Body));
                unknown.AssertProblem(token is null ? 401 : 403);
            }
        }
    }

    [Fact]
    public async Task Every_endpoint_that_needs_a_token_refuses_a_request_without_one()
    {
        foreach (var operation in await inbox.ReadOperationsAsync())
        {
            var reply = await inbox.SendAsync(operation.Method, operation.Fill(Unknown, Unknown), token: null, operation.Body, headers: operation.Headers);
            if (operation.Statuses.Contains(401))
                reply.AssertProblem(401);
            else
                Assert.Equal(200, reply.Status);
        }
    }

    Task<Reply> CallAsync(ApiOperation operation, string tenant, string id, string token) =>
        inbox.SendAsync(operation.Method, operation.Fill(tenant, id: id), token, operation.Body, headers: operation.Headers);

    static Task<string> SendAsync(RawHttp raw, ApiOperation operation, string tenant, string id, string token) => SendAsync(
        raw, operation, tenant, id, token, operation.TakesFile ? Encoding.Latin1.GetString(Samples.Png("hidden")) : operation.Body,
        operation.TakesFile ? "image/png" : operation.Method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json",
        string.Concat(operation.Headers.Select(header => $"{header.Name}: {header.Value}\r\n")));

    /// <summary>The whole answer as it came, but for its date.</summary>
    static async Task<string> SendAsync(
        RawHttp raw, ApiOperation operation, string tenant, string id, string token, string? body, string type, string header)
    {
        var request = new StringBuilder($"{operation.Method} {operation.Fill(tenant, id: id)} HTTP/1.1\r\nHost: inbox\r\nConnection: close\r\n")
            .Append($"Authorization: Bearer {token}\r\n").Append(header);
        if (body is not null)
            request.Append($"Content-Type: {type}\r\nContent-Length: {body.Length}\r\n");
        var answer = await raw.SendAsync(request.Append("\r\n").Append(body).ToString());
        return string.Join("\r\n", answer.Split("\r\n").Where(line => !line.StartsWith("Date: ", StringComparison.Ordinal)));
    }
}
