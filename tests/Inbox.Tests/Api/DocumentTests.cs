using System.Text.Json.Nodes;
using Inbox.Tests.Hosting;

namespace Inbox.Tests.Api;

/// <summary>The inbox itself, the same for each isolation.</summary>
[Collection(InboxCollection.Name)]
public sealed class DocumentTests(InboxFixture inbox)
{
    [Theory]
    [InlineData("row")]
    [InlineData("schema")]
    [InlineData("database")]
    public async Task A_document_is_added_read_listed_and_removed(string isolation)
    {
        var (slug, token) = await NewTenantAsync(isolation);
        var path = $"/v1/organizations/{slug}/documents";
        const string body = "Zeile 1\nZeile 2 – \"quoted\" 'text' 🐘";

        var added = await inbox.SendAsync(HttpMethod.Post, path, token, new JsonObject { ["title"] = "One's own", ["body"] = body }.ToJsonString());
        Assert.Equal(201, added.Status);
        var id = (string)added.Json["id"]!;
        Assert.Equal($"{path}/{id}", added.Location);

        var read = await inbox.SendAsync(HttpMethod.Get, added.Location!, token);
        Assert.Equal(200, read.Status);
        Assert.Equal(("One's own", body), ((string)read.Json["title"]!, (string)read.Json["body"]!));
        var created = (DateTimeOffset)read.Json["created"]!;
        Assert.InRange(created, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));

        var list = await inbox.SendAsync(HttpMethod.Get, path, token);
        var listed = Assert.Single(list.Json["documents"]!.AsArray())!.AsObject();
        Assert.Equal(["created", "id", "title"], listed.Select(member => member.Key).Order(StringComparer.Ordinal));

        Assert.Equal(204, (await inbox.SendAsync(HttpMethod.Delete, added.Location!, token)).Status);
        (await inbox.SendAsync(HttpMethod.Delete, added.Location!, token)).AssertProblem(404);
        (await inbox.SendAsync(HttpMethod.Get, added.Location!, token)).AssertProblem(404);
        Assert.Empty((await inbox.SendAsync(HttpMethod.Get, path, token)).DocumentIds);
    }

    async Task<(string Slug, string Token)> NewTenantAsync(string isolation)
    {
        // The tier's own isolation is row: that the request's wins is part of what is tried.
        var slug = await inbox.CreateTenantAsync("starter", isolation);
        return (slug, inbox.Token(slug));
    }
}
