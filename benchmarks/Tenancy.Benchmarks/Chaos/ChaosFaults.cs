using System.Diagnostics;
using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>Kills backends every now and then, restarts the server now and then, and watches how it is overcome.</summary>
internal sealed class ChaosFaults(string appLogin, string application, int seed)
{
    /// <summary>No backend is killed for so long after a restart, so that an error then is one of the restart's.</summary>
    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(6);

    readonly Random _random = new(seed);
    long _up;
    long _lastFailure;

    public int Killed { get; private set; }

    public int Restarts { get; private set; }

    /// <summary>The most connections of the tenants' logins that the server had at once.</summary>
    public int MostConnections { get; private set; }

    /// <summary>The longest time from the server's being back until the last operation failed that had begun since.</summary>
    public TimeSpan SlowestRecovery { get; private set; }

    /// <summary>Notes an operation that failed, and when it had begun.</summary>
    public void Failed(Exception error, long begun)
    {
        var up = Volatile.Read(ref _up);
        var ofConnection = error is NpgsqlException and not PostgresException or PostgresException { SqlState: ['5', '7', 'P', ..] };
        if (up != 0 && begun > up && ofConnection && error is not { InnerException: TimeoutException })
            Volatile.Write(ref _lastFailure, Stopwatch.GetTimestamp());
    }

    public async Task RunAsync(TimeSpan time, int restarts, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        while (!stop.IsCancellationRequested)
        {
            if (Restarts < restarts && clock.Elapsed > time * (Restarts + 1) / (restarts + 2))
                await RestartAsync(stop);
            await KillAsync();
            await Task.Delay(_random.Next(50, 200), CancellationToken.None);
        }
    }

    async Task RestartAsync(CancellationToken stop)
    {
        await PrivateCluster.RestartAsync();
        Restarts++;
        var up = Stopwatch.GetTimestamp();
        Volatile.Write(ref _lastFailure, up);
        Volatile.Write(ref _up, up);
        try
        {
            await Task.Delay(Quiet, stop);
        }
        catch (OperationCanceledException)
        {
            // The run is over; what was seen counts.
        }

        Volatile.Write(ref _up, 0);
        var recovery = Stopwatch.GetElapsedTime(up, Volatile.Read(ref _lastFailure));
        SlowestRecovery = recovery > SlowestRecovery ? recovery : SlowestRecovery;
    }

    async Task KillAsync()
    {
        await using var administrator = await PrivateCluster.OpenAsync("postgres");
        await using (var count = new NpgsqlCommand("select count(*)::int from pg_stat_activity where application_name = $1", administrator))
        {
            count.Parameters.Add(new() { Value = application });
            MostConnections = Math.Max(MostConnections, (int)(await count.ExecuteScalarAsync())!);
        }

        await using var kill = new NpgsqlCommand(
            "select count(pg_terminate_backend(pid))::int from (select pid from pg_stat_activity where usename = $1 or usename like 't\\_%' order by random() limit 1) as one", administrator);
        kill.Parameters.Add(new() { Value = appLogin });
        Killed += (int)(await kill.ExecuteScalarAsync())!;
    }
}
