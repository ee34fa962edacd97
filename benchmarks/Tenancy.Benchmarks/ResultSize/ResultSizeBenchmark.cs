using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>
/// What it costs to count a result while it is read, and how soon one that is too large is stopped. Expected: nothing that can
/// be told from noise for a point read, at most a twentieth for 10,000 rows of four columns; a gigabyte stopped within 200 ms.
/// </summary>
internal sealed class ResultSizeBenchmark : IBenchmark
{
    const long Most = 10_000_000;
    const string Point = "select 42, 'a title of a document', now()";
    const string Rows = "select n, 'title of document ' || n, n * 2, null::text from generate_series(1, 10000) n";
    const string Gigabyte = "select repeat('x', 1000) from generate_series(1, 1000000)";

    public string Name => "result-size";

    public string Summary => "what counting the bytes of a result costs, and how soon a gigabyte is stopped at 10 MB";

    public async Task RunAsync(Report report, bool quick)
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Settings = new()
            {
                ["Tenancy:Tiers:limited:Queries:MaxResultBytes"] = Most.ToString(CultureInfo.InvariantCulture),
                ["Tenancy:Tiers:slots:Queries:MaxConcurrentOverall"] = "4",
            },
            Configure = services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning)),
        });
        var free = await CreateAsync(deployment, "any");
        var limited = await CreateAsync(deployment, "limited");
        var slots = await CreateAsync(deployment, "slots");
        var run = new Alternation(new Dictionary<string, Func<Random, Task>>
        {
            ["point"] = _ => ReadAsync(deployment, free, Point),
            ["point-counted"] = _ => ReadAsync(deployment, limited, Point),
            ["point-slots"] = _ => ReadAsync(deployment, slots, Point),
            ["rows"] = _ => ReadAsync(deployment, free, Rows),
            ["rows-counted"] = _ => ReadAsync(deployment, limited, Rows),
        }, clients: 1);
        await run.RunAsync(quick ? 5 : 21, TimeSpan.FromMilliseconds(quick ? 400 : 1000));
        foreach (var variant in new[] { "point", "point-counted", "point-slots", "rows", "rows-counted" })
            report.Say(string.Create(CultureInfo.InvariantCulture, $"  {Spread.Of(run.Rates(variant)).Median,8:N0}/s  {run.Processor(variant),8:0.0} µs  {run.Allocated(variant),8:N0} B  {variant}"));
        report.Figure("result-size.point.counted-vs-not", run.Ratio("point-counted", "point"));
        report.Figure("result-size.rows.counted-vs-not", run.Ratio("rows-counted", "rows"));
        report.Figure("slots.point.vs-without", run.Ratio("point-slots", "point"));

        var stopped = new List<double>();
        for (var i = 0; i < (quick ? 5 : 21); i++)
            stopped.Add(await StopAsync(deployment, limited));
        report.Say("\nMilliseconds from the row that was one too many to the exception, a gigabyte against ten million bytes:");
        report.Figure("result-size.stop-ms", Spread.Of(stopped));
    }

    static Task<Tenant> CreateAsync(Deployment deployment, string tier) =>
        deployment.Lifecycle.CreateAsync(new TenantSpecification(TenantSlug.Parse($"of-{tier}"), "A tenant", tier));

    static async Task ReadAsync(Deployment deployment, Tenant tenant, string query)
    {
        using var scope = deployment.Tenants.Enter(tenant);
        await using var connection = await deployment.Data.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = query;
        await using var reader = await command.ExecuteReaderAsync();
        var sum = 0L;
        while (await reader.ReadAsync())
            sum += reader.GetInt32(0) + reader.GetString(1).Length;
        if (sum == 0)
            throw new InvalidOperationException("Nothing was read.");
    }

    static async Task<double> StopAsync(Deployment deployment, Tenant tenant)
    {
        using var scope = deployment.Tenants.Enter(tenant);
        await using var connection = await deployment.Data.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = Gigabyte;
        await using var reader = await command.ExecuteReaderAsync();
        var last = Stopwatch.GetTimestamp();
        try
        {
            while (await reader.ReadAsync())
                last = Stopwatch.GetTimestamp();
        }
        catch (TenantResultTooLargeException)
        {
            return Stopwatch.GetElapsedTime(last).TotalMilliseconds;
        }

        throw new InvalidOperationException("The result was not stopped.");
    }
}
