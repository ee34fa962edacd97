using Npgsql;

namespace Tenancy;

/// <summary>Sees to it that a pool's connections reach a host of the right role, wherever that is by now.</summary>
/// <param name="source">The driver's data source.</param>
/// <param name="settings">What the pool is for.</param>
internal sealed class HostSearch(NpgsqlDataSource source, PoolSettings settings)
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);
    static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(400);

    readonly int _hosts = Hosts.Of(new NpgsqlConnectionStringBuilder(settings.ConnectionString)).Length;

    /// <summary>Checks a connection that was just opened.</summary>
    /// <exception cref="HostRoleException">It reached a host of the other role.</exception>
    public async ValueTask CheckAsync(NpgsqlConnection connection, bool async, CancellationToken cancellationToken)
    {
        if (settings.Replica is { } replica)
            await replica.MeetAsync(connection, async, cancellationToken).ConfigureAwait(false);
        // The driver remembers for ten seconds which host is what, so that it can be wrong.
        else if (_hosts > 1 && Hosts.IsStandby(connection))
            throw HostRoleException.NoPrimary(settings.Key.Server);
    }

    /// <summary>Whether the host has changed its role below a connection, by what the server reports: it asks nothing.</summary>
    public bool IsMisplaced(NpgsqlConnection connection) => settings.Replica is not null
        ? Hosts.IsPrimary(connection)
        : _hosts > 1 && Hosts.IsStandby(connection);

    /// <summary>
    /// Whether opening failed for a reason that passes: the server has no slot free yet, or is starting, or its standby has
    /// not been promoted yet. A replica is not waited for: there is the primary.
    /// </summary>
    public bool IsPassing(NpgsqlException error) => settings.Replica is null && error switch
    {
        HostRoleException => true,
        PostgresException refusal => IsBusy(refusal),
        { InnerException: AggregateException several } => several.InnerExceptions.Count < _hosts
            || several.InnerExceptions.Any(static one => one is PostgresException refusal && IsBusy(refusal)),
        // None of several hosts failed, so none of them is the primary.
        { InnerException: null } => _hosts > 1,
        _ => false,
    };

    /// <summary>How long to wait before the next try: longer each time, since each asks every host.</summary>
    public TimeSpan PauseAfter(NpgsqlException error, int tries)
    {
        if (error is PostgresException { SqlState: PostgresErrorCodes.TooManyConnections })
            return FirstPause;
        // What the driver knows of its hosts is out of date.
        (source as NpgsqlMultiHostDataSource)?.ClearDatabaseStates();
        return TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(tries, 8)));
    }

    static bool IsBusy(PostgresException refusal) =>
        refusal.SqlState is PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.CannotConnectNow;
}
