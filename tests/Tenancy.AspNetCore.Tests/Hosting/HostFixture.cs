namespace Tenancy.AspNetCore.Tests;

/// <summary>One host for the tests that only ask: claim and route, as in the guide.</summary>
public sealed class HostFixture : IAsyncLifetime
{
    internal TestHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await TestHost.StartAsync(Organizations.Map);

    public async Task DisposeAsync() => await Host.DisposeAsync();
}
