namespace Tenancy.Postgres.Tests;

/// <summary>The ledger refuses every call for a while, as a server does that is gone or was never installed.</summary>
public sealed class LedgerAwayTests
{
    const string Hot = """{"requests":{"perSecond":100,"burst":40}}""";

    [Theory]
    [InlineData("localshare")]
    [InlineData("open")]
    [InlineData("closed")]
    public async Task While_it_is_away_what_is_configured_applies(string policy)
    {
        await using var fleet = await LedgerFleet.StartAsync(2, "lenient", Hot, ("Tenancy:Limits:WhenAway", policy), ("Tenancy:Limits:AwayAfter", "00:00:00.3"));
        await fleet.MeetAsync();
        // Used up before it goes: what is admitted afterwards comes from the policy alone.
        await fleet.OfferAsync(TimeSpan.FromSeconds(0.5), (_, _) => 400);
        var catalog = fleet.Nodes[0].Options.CatalogDatabase;
        await PrivateCluster.ExecuteAsync(catalog, "revoke usage on schema tenancy_limits from tenancy_catalog");
        while (fleet.Nodes.Any(node => !LedgerFleet.IsAway(node)))
        {
            await fleet.OfferAsync(TimeSpan.FromSeconds(0.1), (_, _) => 200);
        }

        var run = await fleet.OfferAsync(TimeSpan.FromSeconds(1.5), (_, _) => 300);
        switch (policy)
        {
            case "localshare":
                // Half of the rate each, and what was left of the burst.
                Assert.InRange(run.Admitted.Length, 100, 40 + 100 * run.Seconds + 2);
                break;
            case "open":
                Assert.Equal(run.Offered, run.Admitted.Length);
                break;
            default:
                Assert.Empty(run.Admitted);
                Assert.Equal(LimitStatus.Unavailable, LedgerFleet.Limits(fleet.Nodes[0]).TryAcquire(fleet.Tenant, LimitMeters.Requests).Status);
                break;
        }

        await PrivateCluster.ExecuteAsync(catalog, "grant usage on schema tenancy_limits to tenancy_catalog");
        for (var round = 0; round < 200 && fleet.Nodes.Any(node => LedgerFleet.IsAway(node)); round++)
            await Task.Delay(25);
        Assert.All(fleet.Nodes, node => Assert.False(LedgerFleet.IsAway(node)));
        Assert.Contains(fleet.Nodes[0].Options.Logs.Messages, message => message.Contains("cannot be reached", StringComparison.Ordinal));
        // What was admitted meanwhile was charged: there is no whole burst to begin with.
        if (policy != "closed")
        {
            await Task.Delay(100);
            var decision = await LedgerFleet.Limits(fleet.Nodes[0]).AcquireAsync(fleet.Tenant, LimitMeters.Requests, 40);
            Assert.False(decision.IsAllowed);
        }
    }
}
