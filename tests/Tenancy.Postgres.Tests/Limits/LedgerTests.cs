using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Tenancy.Postgres.Tests;

/// <summary>Three processes' worth of limiters, one PostgreSQL, three times the load that is allowed.</summary>
public sealed class LedgerTests(ITestOutputHelper output)
{
    const double Rate = 1000;
    const double Burst = 100;
    const string Hot = """{"requests":{"perSecond":1000,"burst":100}}""";

    static readonly TimeSpan Run = TimeSpan.FromSeconds(2);

    public static TheoryData<string, string> Patterns => Environment.GetEnvironmentVariable("TENANCY_NIGHTLY") is { Length: > 0 }
        ? new() { { "lenient", "equal" }, { "lenient", "skewed" }, { "lenient", "rotating" }, { "strict", "equal" }, { "strict", "skewed" }, { "strict", "rotating" } }
        : new() { { "lenient", "skewed" }, { "strict", "equal" } };

    [Theory]
    [MemberData(nameof(Patterns))]
    public async Task All_that_is_allowed_is_admitted_and_no_more(string mode, string pattern)
    {
        await using var fleet = await LedgerFleet.StartAsync(3, mode, Hot);
        await fleet.MeetAsync();
        var best = 0d;
        // A machine that stands still for longer than a burst lasts loses what came in meanwhile: the best run is what the
        // ledger admits. What must never be exceeded is exceeded in none.
        for (var attempt = 0; attempt < 3 && best < 0.95; attempt++)
        {
            var run = await fleet.OfferAsync(Run, (node, now) => pattern switch
            {
                "skewed" => node == 0 ? 2910 : 45,
                "rotating" => (int)now % 3 == node ? 3000 : 0,
                _ => 1000,
            });
            var share = run.Admitted.Length / (Burst + Rate * run.Seconds);
            var excess = run.Excess(Burst, Rate);
            output.WriteLine($"{mode} {pattern}: {share:0.000} of the allowed, {excess:0.0} above burst and rate, {run.TripsPerRequest:0.000} trips per request, {run.Offered} offered, pool {run.Lag * 1000:0.0} ms late");
            Assert.InRange(excess, double.MinValue, Rate * (run.Lag + (mode == "strict" ? 0 : 0.1)));
            best = Math.Max(best, share);
            if (share >= 0.9)
                Assert.InRange(run.TripsPerRequest, 0, mode == "strict" ? 0.08 : 0.05);
        }

        Assert.InRange(best, 0.9, 1.04);
    }

    [Fact]
    public async Task Without_the_ledger_three_processes_admit_three_times_as_much()
    {
        await using var fleet = await LedgerFleet.StartAsync(3, "local", Hot);
        var run = await fleet.OfferAsync(TimeSpan.FromSeconds(1), (_, _) => 1500);
        Assert.True(run.Admitted.Length > 2 * (Burst + Rate * run.Seconds), $"{run.Admitted.Length} of {run.Offered}");
    }

    [Fact]
    public async Task Below_the_limit_nothing_is_refused()
    {
        await using var fleet = await LedgerFleet.StartAsync(3, "lenient", Hot);
        await fleet.MeetAsync();
        var run = await fleet.OfferAsync(TimeSpan.FromSeconds(2), (_, _) => 150, atOnce: 5);
        Assert.Equal(run.Offered, run.Admitted.Length);
    }

    [Fact]
    public async Task A_days_quota_is_admitted_to_the_last_one_and_not_one_more()
    {
        await using var fleet = await LedgerFleet.StartAsync(3, "lenient", """{"requests":{"perDay":2000}}""");
        await fleet.MeetAsync();
        var run = await fleet.OfferAsync(TimeSpan.FromSeconds(2), (_, _) => 600);
        // Around midnight there are two days.
        Assert.Equal(2000, run.Admitted.Length);
        Assert.InRange(run.TripsPerRequest, 0, 0.2);
        var refused = await LedgerFleet.Limits(fleet.Nodes[1]).AcquireAsync(fleet.Tenant, LimitMeters.Requests);
        Assert.Equal(("requests-day", LimitStatus.Exceeded), (refused.Policy!.Name, refused.Status));
        Assert.InRange(refused.RetryAfter, TimeSpan.FromSeconds(0), TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task What_a_process_leased_and_did_not_use_is_there_for_others_when_it_stops()
    {
        await using var fleet = await LedgerFleet.StartAsync(2, "lenient", """{"quotas":{"pages":{"perMonth":100}}}""");
        await fleet.MeetAsync();
        var (leaving, staying) = (LedgerFleet.Limits(fleet.Nodes[1]), LedgerFleet.Limits(fleet.Nodes[0]));
        for (var i = 0; i < 20; i++)
            Assert.True((await leaving.AcquireAsync(fleet.Tenant, LimitMeters.Pages)).IsAllowed);
        leaving.Refund(fleet.Tenant, LimitMeters.Pages, 5);
        await fleet.StopAsync(1);
        var admitted = 0;
        while ((await staying.AcquireAsync(fleet.Tenant, LimitMeters.Pages)).IsAllowed)
            admitted++;
        Assert.Equal(100 - 20 + 5, admitted);
    }

    [Fact]
    public async Task What_is_charged_afterwards_counts_everywhere()
    {
        await using var fleet = await LedgerFleet.StartAsync(2, "strict", """{"quotas":{"pages":{"perDay":100}}}""");
        await fleet.MeetAsync();
        LedgerFleet.Limits(fleet.Nodes[0]).Charge(fleet.Tenant, LimitMeters.Pages, 70);
        await Task.Delay(500);
        Assert.False((await LedgerFleet.Limits(fleet.Nodes[1]).AcquireAsync(fleet.Tenant, LimitMeters.Pages, 31)).IsAllowed);
        Assert.True((await LedgerFleet.Limits(fleet.Nodes[1]).AcquireAsync(fleet.Tenant, LimitMeters.Pages, 30)).IsAllowed);
    }

    [Fact]
    public async Task A_new_limit_in_the_catalog_counts_in_every_process_within_a_second()
    {
        await using var fleet = await LedgerFleet.StartAsync(2, "lenient", """{"quotas":{"pages":{"perSecond":1}}}""");
        var other = LedgerFleet.Limits(fleet.Nodes[1]);
        Assert.True((await other.AcquireAsync(fleet.Tenant, LimitMeters.Pages)).IsAllowed);
        Assert.Equal(LimitStatus.TooLarge, (await other.AcquireAsync(fleet.Tenant, LimitMeters.Pages, 500)).Status);
        fleet.Nodes[0].Catalog.Current.TryFind(fleet.Tenant.Id, out var current);
        await fleet.Nodes[0].Services.GetRequiredService<ITenantCatalogWriter>().UpdateAsync(
            current! with { Settings = TenantSettings.Parse("""{"limits":{"quotas":{"pages":{"perSecond":1000}}}}""") });
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while ((await other.AcquireAsync(fleet.Tenant, LimitMeters.Pages, 500)).Status == LimitStatus.TooLarge)
            await Task.Delay(10);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task The_ledgers_connection_is_within_the_budget()
    {
        await using var fleet = await LedgerFleet.StartAsync(1, "lenient", Hot);
        await fleet.OfferAsync(TimeSpan.FromSeconds(0.5), (_, _) => 500);
        await using var connection = await PrivateCluster.OpenAsync("postgres");
        await using var command = connection.CreateCommand();
        command.CommandText = $"select count(*) from pg_stat_activity where datname = '{fleet.Nodes[0].Options.CatalogDatabase}'";
        Assert.InRange((long)(await command.ExecuteScalarAsync())!, 2, PostgresTenantCatalog.Connections);
    }
}
