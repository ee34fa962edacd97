using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>A load, and what came of it: rows read, errors, and the most connections that the server had meanwhile.</summary>
/// <param name="what">Who answers, for the report.</param>
/// <param name="applicationName">What the server knows its connections by.</param>
/// <param name="read">Reads a tenant's row.</param>
internal sealed class BudgetLoad(string what, string applicationName, Func<Tenant, Task<string?>> read)
{
    public const int Clients = 64;

    readonly ConcurrentQueue<string> _errors = new();
    readonly List<double> _rates = [];
    long _done;
    long _foreign;

    public long Errors => _errors.Count + _foreign;

    /// <summary>Reads per second, of each round.</summary>
    public IReadOnlyList<double> Rates => _rates;

    /// <summary>Of all that was asked for, what was not answered.</summary>
    public double FailedShare => Errors / (double)Math.Max(1, Errors + _done);

    public long MostConnections { get; private set; }

    /// <summary>A round: clients read one row after another, of tenants by their popularity.</summary>
    public async Task RunAsync(Tenant[] ranked, TimeSpan time)
    {
        var before = _done;
        var zipf = new Zipf(ranked.Length);
        using var stop = new CancellationTokenSource();
        var watching = WatchAsync(stop.Token);
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var random = new Random(client);
            while (clock.Elapsed < time)
            {
                var tenant = ranked[zipf.Next(random)];
                try
                {
                    if (await read(tenant) != tenant.Slug.Value)
                        Interlocked.Increment(ref _foreign);
                    Interlocked.Increment(ref _done);
                }
                catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException)
                {
                    _errors.Enqueue(e.Message);
                }
            }
        })));
        _rates.Add((_done - before) / clock.Elapsed.TotalSeconds);
        await stop.CancelAsync();
        await watching;
    }

    /// <summary>All rounds in one line, with the most frequent errors.</summary>
    public string Describe()
    {
        var texts = _errors.GroupBy(text => text).OrderByDescending(group => group.Count()).Take(3).Select(group => $" {group.Count():N0} × {group.Key}");
        return $"{what}: {Spread.Of(_rates).Median:N0} reads per second, {_errors.Count:N0} errors, {_foreign} foreign rows, {MostConnections} connections at most.{string.Concat(texts)}";
    }

    async Task WatchAsync(CancellationToken stop)
    {
        // A superuser's, since the server keeps places for those.
        await using var administrator = await PrivateCluster.OpenAsync("postgres");
        await using var count = new NpgsqlCommand("select count(*) from pg_stat_activity where application_name = $1", administrator)
        {
            Parameters = { new() { Value = applicationName } },
        };
        while (!stop.IsCancellationRequested)
        {
            MostConnections = Math.Max(MostConnections, (long)(await count.ExecuteScalarAsync(CancellationToken.None))!);
            await Task.Delay(10, CancellationToken.None);
        }
    }
}
