using Npgsql;

namespace Tenancy;

/// <summary>
/// One host that tenants' reads may go to for as long as it is a standby. To the router it is a server of its own, with a
/// budget of its own.
/// </summary>
/// <remarks>See docs/decisions/0010-reading-from-a-standby.md.</remarks>
internal sealed class Replica(string host, ServerBudget budget)
{
    /// <summary>How long one is left alone that could not be reached.</summary>
    static readonly TimeSpan ShortRest = TimeSpan.FromSeconds(2);

    /// <summary>How long one is left alone that is no standby: one of the hosts is the primary as a rule.</summary>
    static readonly TimeSpan LongRest = TimeSpan.FromSeconds(10);

    readonly Lock _gate = new();
    DateTime _started;
    long _freshThrough = long.MinValue;
    long _restsUntil = long.MinValue;
    int _incarnation;
    bool _failed;

    /// <summary>The host as it is written in the connection string.</summary>
    public string Host { get; } = host;

    public ServerBudget Budget { get; } = budget;

    /// <summary>Changes when the server was started anew, and may hold less than it did; and when it failed.</summary>
    public int Incarnation => Volatile.Read(ref _incarnation);

    public bool IsResting => Volatile.Read(ref _restsUntil) is var until && until != long.MinValue && Budget.Time.GetTimestamp() < until;

    /// <summary>Whether all that the tenant wrote by this process can be read there.</summary>
    public bool IsFreshFor(TenantShare share) => share.LastWrite < Volatile.Read(ref _freshThrough);

    /// <summary>
    /// Leaves it alone for a while, and after that until it has been asked how far it is: no read finds out that it still
    /// fails. Returns whether that is news.
    /// </summary>
    public bool TakeRest(Exception reason)
    {
        var rest = reason is HostRoleException ? LongRest : ShortRest;
        lock (_gate)
        {
            var news = reason is not HostRoleException && !_failed;
            _failed |= news;
            _incarnation++;
            Volatile.Write(ref _freshThrough, long.MinValue);
            Volatile.Write(ref _restsUntil, Budget.Time.GetTimestamp() + (long)(rest.TotalSeconds * Budget.Time.TimestampFrequency));
            return news;
        }
    }

    /// <summary>Notes that whatever was committed before this time has been replayed.</summary>
    public void CaughtUp(long time, int incarnation)
    {
        lock (_gate)
        {
            if (incarnation != _incarnation)
                return;
            _failed = false;
            Volatile.Write(ref _freshThrough, Math.Max(_freshThrough, time));
        }
    }

    /// <summary>
    /// Looks at a session that was just opened. A server replays forward only for as long as it runs: one that was started
    /// again may have been restored, and is fresh for nobody until it has been asked.
    /// </summary>
    /// <exception cref="HostRoleException">It is no standby, or no longer.</exception>
    public async ValueTask MeetAsync(NpgsqlConnection connection, bool async, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand("select pg_postmaster_start_time() where pg_is_in_recovery()", connection);
        var answer = async ? await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) : command.ExecuteScalar();
        if (answer is not DateTime started)
            throw HostRoleException.NoStandby(Budget.Server);
        lock (_gate)
        {
            if (started == _started)
                return;
            _started = started;
            _incarnation++;
            Volatile.Write(ref _freshThrough, long.MinValue);
        }
    }
}
