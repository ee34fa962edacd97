using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>
/// One row by its primary key, of one of 1,000 tenants in shared tables; a connection is opened and closed for each read.
/// </summary>
internal sealed class PointRead : IBenchmark
{
    public string Name => "point-read";

    public string Summary => "one row of one of 1,000 tenants: Latched against plain Npgsql, its limit without reset, and set-then-query";

    public async Task RunAsync(Report report, bool quick)
    {
        report.Say("Point read by primary key, row isolation, 1,000 tenants of 100 rows, open and close for each read.");
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            // As the plain connections beside it, which log nothing.
            Configure = services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning)),
            Migrations = new() { ["0001_items.sql"] = "create table items (id bigint primary key, title text not null); select tenancy.isolate('items');" },
        });
        var tenants = await PointReadData.LoadAsync(deployment);
        await using var byHand = await ByHand.CreateAsync(tenants, deployment.SharedDatabase);

        foreach (var clients in new[] { 1, 8 })
        {
            var run = new Alternation(new Dictionary<string, Func<Random, Task>>
            {
                ["plain"] = byHand.PlainAsync,
                ["limit"] = byHand.LimitAsync,
                ["set-then-query"] = byHand.SetThenQueryAsync,
                ["set-local"] = byHand.SetLocalAsync,
                ["bare-batch"] = byHand.BareBatchAsync,
                ["latched"] = random => LatchedAsync(deployment, tenants, random),
            }, clients);
            await run.RunAsync(quick ? 5 : 11, TimeSpan.FromMilliseconds(quick ? 500 : 1000));
            Tell(report, run, clients);
        }
    }

    static async Task LatchedAsync(Deployment deployment, IReadOnlyList<Tenant> tenants, Random random)
    {
        using (deployment.Tenants.Enter(tenants[random.Next(tenants.Count)]))
        {
            await using var connection = await deployment.Data.OpenConnectionAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "select title from items where id = $1";
            command.Parameters.Add(new Npgsql.NpgsqlParameter<long> { TypedValue = random.Next(PointReadData.RowsPerTenant) });
            await using var reader = await command.ExecuteReaderAsync();
            await ByHand.ReadOneAsync(reader);
        }
    }

    static void Tell(Report report, Alternation run, int clients)
    {
        report.Say($"\n{clients} client{(clients == 1 ? "" : "s")}, median reads per second, as a ratio to plain, processor time and allocation of the client per read:");
        foreach (var (variant, how) in new[]
                 {
                     ("plain", "plain Npgsql, where tenant_id = $1 by hand, auto-prepare, default reset"),
                     ("limit", "the same without reset: the limit"),
                     ("set-then-query", "set the session's variable, then query under row security"),
                     ("set-local", "begin; set local; query; commit"),
                     ("bare-batch", "[enter, query] in one message by hand, without the library"),
                     ("latched", "Tenancy, level Latched, all guards on"),
                 })
        {
            report.Say(string.Create(CultureInfo.InvariantCulture,
                $"  {Spread.Of(run.Rates(variant)).Median,8:N0}  {run.Ratio(variant, "plain").Median:0.00}  {run.Processor(variant),6:0.0} µs  {run.Allocated(variant),6:N0} B  {how}"));
        }

        report.Figure($"point-read.latched.{clients}.vs-plain", run.Ratio("latched", "plain"));
        report.Figure($"point-read.latched.{clients}.vs-limit", run.Ratio("latched", "limit"));
        if (clients == 1)
            report.Figure("point-read.latched.1.vs-set-then-query", run.Ratio("latched", "set-then-query"));
    }
}
