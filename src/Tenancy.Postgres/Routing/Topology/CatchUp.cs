using Microsoft.Extensions.Logging;
using Npgsql;

namespace Tenancy;

/// <summary>
/// Finds out up to when a server's standbys have replayed what was committed: the primary's position in the log, asked for
/// at a time we know, and whether each standby has passed it. One pair of questions serves all tenants, no clock but ours is
/// read, and nobody waits for the answer: until it is there, the primary reads.
/// </summary>
internal sealed class CatchUp(TenantRouter router, TenantServer server, ILogger logger)
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(2);

    /// <summary>How often it is found out at most: what it costs does not grow with the load.</summary>
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>How long a standby is asked again and again. After that, the next read asks anew.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    int _looking;
    bool _failing;

    /// <summary>Starts to find out, unless that is going on.</summary>
    public void Look()
    {
        if (Interlocked.Exchange(ref _looking, 1) != 0)
            return;
        // Or whoever asked first, with the tenant in scope, would live as long as this.
        using (ExecutionContext.SuppressFlow())
            _ = Task.Run(LookAsync);
    }

    async Task LookAsync()
    {
        try
        {
            var (position, asked) = await PositionAsync().ConfigureAwait(false);
            await Task.WhenAll(server.Replicas!.All.Where(static replica => !replica.IsResting)
                .Select(replica => FollowAsync(replica, position, asked))).ConfigureAwait(false);
            _failing = false;
        }
        catch (ObjectDisposedException)
        {
            // The host stops.
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException or IsolationProofException)
        {
            if (!_failing)
                Log.ReplicasNotMeasured(logger, server.Name, e.GetType().Name);
            _failing = true;
        }
        finally
        {
            // Also after a failure, which may come at once.
            await Task.Delay(Interval, server.Budget.Time).ConfigureAwait(false);
            Volatile.Write(ref _looking, 0);
        }
    }

    async Task<(string Position, long Asked)> PositionAsync()
    {
        var pool = await router.PoolAsync(server.SharedPool, default, async: true, CancellationToken.None).ConfigureAwait(false);
        return await pool.UseAsync(async session =>
        {
            // Before the question: what was committed by now is in the answer.
            var asked = server.Budget.Time.GetTimestamp();
            return ((string)(await AskAsync(session, "select pg_current_wal_insert_lsn()::text").ConfigureAwait(false))!, asked);
        }).ConfigureAwait(false);
    }

    async Task FollowAsync(Replica replica, string position, long asked)
    {
        try
        {
            var settings = TenantServer.ForReading(server.SharedPool, replica);
            var pool = await router.PoolAsync(settings, default, async: true, CancellationToken.None).ConfigureAwait(false);
            await pool.UseAsync(async session =>
            {
                var incarnation = replica.Incarnation;
                var time = replica.Budget.Time;
                for (var pause = FirstPause; time.GetElapsedTime(asked) < Patience; pause *= 2)
                {
                    if (await AskAsync(session, "select pg_last_wal_replay_lsn() >= $1::pg_lsn", position).ConfigureAwait(false) is true)
                    {
                        replica.CaughtUp(asked, incarnation);
                        break;
                    }

                    await Task.Delay(pause, time).ConfigureAwait(false);
                }

                return true;
            }).ConfigureAwait(false);
        }
        catch (NpgsqlException e)
        {
            if (replica.TakeRest(e))
                Log.ReplicaUnused(logger, replica.Budget.Server, e.GetType().Name);
        }
    }

    static async Task<object?> AskAsync(NpgsqlConnection session, string question, string? position = null)
    {
        using var command = new NpgsqlCommand(question, session) { CommandTimeout = (int)Patience.TotalSeconds };
        if (position is not null)
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = position });
        return await command.ExecuteScalarAsync().ConfigureAwait(false);
    }
}
