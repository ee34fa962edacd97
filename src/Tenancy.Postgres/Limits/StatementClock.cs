using Npgsql;

namespace Tenancy;

/// <summary>Tells, when an execution fails, whether the tier's timeout ended it.</summary>
/// <remarks>
/// The server has one code for a timeout and a cancellation, and its text is in the server's language. So a cancellation
/// that nobody here asked for, at a time when the timeout was due, is the timeout.
/// </remarks>
internal sealed class StatementClock
{
    /// <summary>The server's clock may go a little faster than ours.</summary>
    const double Nearly = 0.9;

    readonly StatementLimits _limits;
    readonly TimeSpan _limit;
    readonly TimeProvider _time;
    readonly long _began;
    bool _cancelled;
    bool _isOurs;

    StatementClock(StatementLimits limits, TimeSpan limit, TimeProvider time)
    {
        _limits = limits;
        _limit = limit;
        _time = time;
        _began = time.GetTimestamp();
    }

    /// <summary>Starts one; none where the tier has no timeout.</summary>
    public static StatementClock? Start(StatementLimits? limits, TimeProvider time) =>
        limits?.Longest is { } limit ? new StatementClock(limits, limit, time) : null;

    /// <summary>
    /// Has the driver give up where the server should have: the tier's timeout for each statement, in whole seconds, and
    /// one more. What the caller set stays where it is shorter.
    /// </summary>
    public void Bound(NpgsqlBatch batch)
    {
        var most = (int)Math.Min(Math.Ceiling(_limit.TotalSeconds * (batch.BatchCommands.Count - 1)) + 1, int.MaxValue / 1000);
        if (batch.Timeout != 0 && batch.Timeout <= most)
            return;
        batch.Timeout = most;
        _isOurs = true;
    }

    /// <summary>Notes that somebody here asked for a cancellation.</summary>
    public void Cancelled() => _cancelled = true;

    /// <summary>The error to show instead of this one, where the tier's timeout is behind it.</summary>
    public TenantQueryTimeoutException? Explain(Exception error) => error switch
    {
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } when !_cancelled && _time.GetElapsedTime(_began) >= _limit * Nearly =>
            new TenantQueryTimeoutException(_limits, _limit, error),
        NpgsqlException { InnerException: TimeoutException } when _isOurs && error is not TenantQueryTimeoutException =>
            new TenantQueryTimeoutException(_limits, _limit, error),
        _ => null,
    };
}
