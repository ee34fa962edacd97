using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>Three processes' worth of limiters over one PostgreSQL at three times the load that is allowed.</summary>
internal sealed class Ledger : IBenchmark
{
    const double Rate = 1000;
    const double Burst = 100;

    public string Name => "ledger";

    public string Summary => "limits over three processes: what is admitted of what is allowed, and trips to PostgreSQL per request";

    public async Task RunAsync(Report report, bool quick)
    {
        report.Say("1,000 requests per second and 100 at once allowed; 3,000 per second offered by three processes' worth.");
        foreach (var mode in new[] { "lenient", "strict" })
        {
            await using var fleet = await LedgerFleet.StartAsync(3, mode, """{"requests":{"perSecond":1000,"burst":100}}""");
            await fleet.MeetAsync();
            var (admitted, trips) = (new List<double>(), new List<double>());
            foreach (var pattern in new[] { "equal", "skewed", "rotating" })
            {
                var run = await fleet.OfferAsync(TimeSpan.FromSeconds(quick ? 3 : 12), (node, now) => pattern switch
                {
                    "skewed" => node == 0 ? 2910 : 45,
                    "rotating" => (int)now % 3 == node ? 3000 : 0,
                    _ => 1000,
                });
                admitted.Add(run.Admitted.Length / (Burst + Rate * run.Seconds));
                trips.Add(run.TripsPerRequest);
                report.Say($"{mode}, {pattern}: {admitted[^1]:0.000} of the allowed, {run.Excess(Burst, Rate):0.0} above burst and rate at worst, {trips[^1]:0.000} trips per request");
            }

            var suffix = mode == "strict" ? ".strict" : "";
            report.Figure("ledger.admitted" + suffix, Spread.Of(admitted));
            report.Figure("ledger.trips-per-request" + suffix, Spread.Of(trips));
        }
    }
}
