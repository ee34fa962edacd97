using Inbox.Tests.Hosting;

namespace Inbox.Tests.Api;

/// <summary>The endpoint of the tour: injected SQL runs, and reads nothing foreign.</summary>
[Collection(InboxCollection.Name)]
public sealed class UnsafeSearchTests(InboxFixture inbox)
{
    [Theory]
    [InlineData("row")]
    [InlineData("schema")]
    [InlineData("database")]
    public async Task Injected_SQL_reads_the_tenants_own_rows_only(string isolation)
    {
        var slug = inbox.Tenants[isolation];
        foreach (var (_, tenant) in inbox.Tenants)
        {
            await inbox.SendAsync(HttpMethod.Post, $"/v1/organizations/{tenant}/documents", inbox.Token(tenant),
                $$"""{"title":"searched","body":"mark of {{tenant}}"}""");
        }

        var own = await inbox.SendAsync(HttpMethod.Get, $"/v1/organizations/{slug}/documents", inbox.Token(slug));
        var all = await SearchAsync(slug, "' or '1'='1");
        Assert.Equal(200, all.Status);
        Assert.Subset(FirstColumn(all).ToHashSet(), own.DocumentIds.ToHashSet());

        var texts = await SearchAsync(slug, "' union all select id::text, body from documents --");
        Assert.Equal(200, texts.Status);
        Assert.Contains($"mark of {slug}", texts.Text, StringComparison.Ordinal);
        Assert.All(inbox.Tenants.Values.Where(tenant => tenant != slug), tenant =>
            Assert.DoesNotContain($"mark of {tenant}", texts.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_is_not_there_unless_asked_for() =>
        (await inbox.SendAsync(
            HttpMethod.Get, $"/v1/organizations/{inbox.Tenants["row"]}/unsafe-search?title=a", inbox.Token(inbox.Tenants["row"]),
            environment: "Development")).AssertProblem(404);

    Task<Reply> SearchAsync(string slug, string title) => inbox.SendAsync(
        HttpMethod.Get, $"/v1/organizations/{slug}/unsafe-search?title={Uri.EscapeDataString(title)}", inbox.Token(slug));

    static IEnumerable<string> FirstColumn(Reply reply) => reply.Json["rows"]!.AsArray().Select(row => (string)row![0]!);
}
