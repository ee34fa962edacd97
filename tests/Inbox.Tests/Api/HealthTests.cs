using Inbox.Tests.Hosting;

namespace Inbox.Tests.Api;

[Collection(InboxCollection.Name)]
public sealed class HealthTests(InboxFixture inbox)
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Health_is_open_to_all(string path)
    {
        Assert.Equal((200, "Healthy"), await GetAsync(path, null));
        Assert.Equal((200, "Healthy"), await GetAsync(path, "no token at all"));
    }

    async Task<(int, string)> GetAsync(string path, string? token)
    {
        var reply = await inbox.SendAsync(HttpMethod.Get, path, token);
        return (reply.Status, reply.Text);
    }
}
