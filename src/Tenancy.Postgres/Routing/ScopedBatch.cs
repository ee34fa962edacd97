using Npgsql;

namespace Tenancy;

/// <summary>
/// One execution: a batch whose first command enters the tenant, and after it what the application sends (I1).
/// </summary>
/// <remarks>
/// Made for one execution, as every command in it. Npgsql 10.0.0 keeps the prepared statement of a batch command that is
/// used again with another text or on another connection, and would then run whatever bears its name there.
/// </remarks>
internal sealed class ScopedBatch : IDisposable
{
    /// <summary>idle_session_timeout, which the driver's list of codes lacks.</summary>
    const string IdleTimeout = "57P05";

    readonly NpgsqlBatchCommand _enter;
    readonly TenantConnection _connection;
    readonly StatementClock? _clock;
    readonly int _lease;

    public ScopedBatch(NpgsqlConnection inner, TenantConnection connection, int? timeout)
    {
        _connection = connection;
        _lease = connection.Lease;
        var form = connection.Form;
        _enter = new NpgsqlBatchCommand(form.Statement);
        connection.Route.AddTo(_enter.Parameters, connection.Session);
        _clock = StatementClock.Start(form.Limits, connection.Route.Pool.Budget.Time);
        Batch = inner.CreateBatch();
        if (timeout is { } seconds)
            Batch.Timeout = seconds;
        Batch.BatchCommands.Add(_enter);
    }

    public NpgsqlBatch Batch { get; }

    /// <summary>Asks the server to stop, unless the lease has ended: the driver uses the batch again for the next one.</summary>
    public void Cancel()
    {
        if (_connection.Lease != _lease)
            return;
        _clock?.Cancelled();
        Batch.Cancel();
    }

    /// <summary>To be called once all statements were added: the driver waits no longer than the tier allows.</summary>
    public void Bound() => _clock?.Bound(Batch);

    /// <summary>Throws where the tier's timeout is behind an error; otherwise the error stands as it is.</summary>
    /// <exception cref="TenantQueryTimeoutException">The tier's timeout ended the statement.</exception>
    public void ThrowIfTimedOut(Exception error)
    {
        if (_clock?.Explain(error) is { } timedOut)
            throw timedOut;
    }

    public void Add(NpgsqlBatchCommand statement) => Batch.BatchCommands.Add(statement);

    /// <summary>Whether the server refused the scope, rather than the statement after it.</summary>
    public bool IsRefusalOfScope(Exception error) =>
        error is PostgresException refusal && ReferenceEquals(refusal.BatchCommand, _enter);

    /// <summary>Why the statements may be sent again although they failed; none where they may not.</summary>
    public string? ReasonToRepeat(Exception error) => IsStalePlan(error) ? "a table changed" : !IsRefusalOfScope(error)
        ? null
        : ((PostgresException)error).SqlState switch
        {
            PostgresErrorCodes.InsufficientPrivilege => "another tenant's scope",
            // What an earlier transaction left, found by the scope itself.
            PostgresErrorCodes.ObjectInUse => "not clean",
            // The scope is the first thing that is sent: nothing behind it ran.
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or IdleTimeout => "ended by the server",
            _ => null,
        };

    /// <summary>
    /// Whether the columns of a prepared statement have changed. By where in the server it comes from, since others have its
    /// code; the driver keeps the statement, so that it would come back on the same session.
    /// </summary>
    public static bool IsStalePlan(Exception error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.FeatureNotSupported, Routine: "RevalidateCachedQuery" };

    /// <summary>Takes the scope out, and returns it as an execution of its own: for statements that are only described.</summary>
    public NpgsqlBatch SplitScope()
    {
        Batch.BatchCommands.RemoveAt(0);
        return new NpgsqlBatch(Batch.Connection) { Timeout = Batch.Timeout, BatchCommands = { _enter } };
    }

    /// <summary>Hands the driver's batch, emptied, back to its connection for the next execution.</summary>
    public void Dispose() => Batch.Dispose();
}
