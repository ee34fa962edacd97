using Microsoft.Extensions.DependencyInjection;
using Xunit.Abstractions;

namespace Tenancy.Postgres.Tests;

/// <summary>Three processes' worth of limiters, one PostgreSQL, three times the load that is allowed.</summary>
public sealed class LedgerTests(ITestOutputHelper output)
{
    const double Rate = 1000;
    const double Burst = 100;
    const string Hot = """{"requests":{"perSecond":1000,"burst":100}}""";

    static readonly TimeSpan Run = TimeSpan.FromSeconds(3);

    public static TheoryData<string, string> Patterns => new()
    {
        { "lenient", "equal" }, { "lenient", "skewed" }, { "lenient", "rotating" }, { "strict", "equal" }, { "strict", "rotating" },
    };

    [Theory]
    [MemberData(nameof(Patterns))]
    public async Task All_that_is_allowed_is_admitted_and_no_more(string mode, string pattern)
    {
        await using var fleet = await LedgerFleet.StartAsync(3, mode, Hot);
        await fleet.MeetAsync();
        var run = await fleet.OfferAsync(Run, (node, now) => pattern switch
        {
            "skewed" => node == 0 ? 2910 : 45,
            "rotating" => (int)now % 3 == node ? 3000 : 0,
            _ => 1000,
        });
        var share = run.Admitted.Length / (Burst + Rate * run.Seconds);
        var excess = run.Excess(Burst, Rate);
        output.WriteLine($"{mode} {pattern}: {share:0.000} of the allowed, {excess:0.0} above burst and rate, {run.TripsPerRequest:0.000} trips per request, {run.Offered} offered");
        Assert.InRange(share, 0.90, 1.0 + (mode == "strict" ? 0 : Rate * 0.1 / (Burst + Rate * run.Seconds)));
        // What is in flight is admitted a moment after the ledger counted it.
        Assert.InRange(excess, double.MinValue, mode == "strict" ? 0 : Rate * 0.1);
        Assert.InRange(run.TripsPerRequest, 0, mode == "strict" ? 0.08 : 0.05);
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
        var run = await fleet.OfferAsync(TimeSpan.FromSeconds(2), (_, _) => 150);
        Assert.Equal(run.Offered, run.Admitted.Length);
    }
}
