using System.Data;
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
    bool _plansForValues;
    bool _isOver;
    SentStreams? _streams;
    CancellationTokenSource? _stop;

    public ScopedBatch(TenantConnection connection, Presence work, int? timeout)
    {
        _connection = connection;
        Lease = connection.Lease;
        (Session, Tenure) = (work.Session, work.Tenure);
        var form = connection.Form;
        Limits = form.Limits;
        _enter = Enter(connection.Route, form, Session);
        _clock = StatementClock.Start(form.Limits, connection.Route.Pool.Budget.Time);
        Batch = Session.Connection.CreateBatch();
        if (timeout is { } seconds)
            Batch.Timeout = seconds;
        Batch.BatchCommands.Add(_enter);
        // At the end: whoever closes the connection cancels what is noted here.
        connection.Send(this);
    }

    public NpgsqlBatch Batch { get; }

    /// <summary>On what it is sent.</summary>
    public Session Session { get; }

    /// <summary>The lease in which it is sent.</summary>
    public int Lease { get; }

    /// <summary>The tenure in which it is sent.</summary>
    public long Tenure { get; }

    /// <summary>What the tier limits; none where it limits nothing.</summary>
    public StatementLimits? Limits { get; }

    /// <summary>
    /// Asks the server to stop, unless the lease has ended: the driver uses the batch again for the next one, and whoever ends
    /// this one waits until the server was told.
    /// </summary>
    public void Cancel()
    {
        lock (_enter)
        {
            if (_isOver || _connection.Lease != Lease)
                return;
            _clock?.Cancelled();
            Batch.Cancel();
            _stop?.Cancel();
        }
    }

    /// <summary>Is cancelled with it, for a COPY that goes on after the batch, and is cancelled another way; or by the caller's.</summary>
    public CancellationToken StopWith(CancellationToken cancellationToken)
    {
        lock (_enter)
            return (_stop ??= CancellationTokenSource.CreateLinkedTokenSource(cancellationToken)).Token;
    }

    /// <summary>To be called once all statements were added: the driver waits no longer than the tier allows.</summary>
    public void Bound()
    {
        _enter.CommandText = Session.TextFor(_enter.CommandText);
        _clock?.Bound(Batch);
    }

    /// <summary>Throws where a limit of the tier is behind an error; otherwise the error stands as it is.</summary>
    /// <exception cref="TenantQueryTimeoutException">The tier's timeout ended the statement.</exception>
    /// <exception cref="TenantConcurrencyException">All slots of the tenant were taken.</exception>
    public void ThrowIfLimited(Exception error)
    {
        if (_clock?.Explain(error) is { } timedOut)
            throw timedOut;
        if (TenantConcurrencyException.Is(error))
            throw new TenantConcurrencyException(Limits, TimeSpan.Zero, error);
    }

    /// <summary>Has the server plan the statements for their values, not once for all tenants alike.</summary>
    public void PlanForValues()
    {
        if (_plansForValues)
            return;
        _plansForValues = true;
        _enter.CommandText += ", tenancy.plan_for_values()";
    }

    /// <summary>Notes that something failed, so that the session is asked again.</summary>
    public void Unattest() => Session.Unattested(_connection.IsInTransaction);

    public void Add(NpgsqlBatchCommand statement)
    {
        if (statement.CommandType == CommandType.Text)
            statement.CommandText = Session.TextFor(statement.CommandText);
        _streams = SentStreams.Note(_streams, statement.Parameters);
        Batch.BatchCommands.Add(statement);
    }

    /// <summary>Whether the statements can be made once more as they were; streams among their parameters are set back for that.</summary>
    public bool TryRewind() => _streams?.TryRewind() ?? true;

    /// <summary>
    /// Notes that a statement failed, or was cancelled, which the driver may have been preparing just then, as those behind
    /// it; and as the scope, unless the server got past it.
    /// </summary>
    public void Suspect(Exception error)
    {
        if (!IsBehindScope(error))
            Session.Suspect(_enter.CommandText);
        foreach (var statement in Batch.BatchCommands)
        {
            if (!ReferenceEquals(statement, _enter) && statement.CommandType == CommandType.Text)
                Session.Suspect(statement.CommandText);
        }
    }

    /// <summary>Whether the server refused the scope, rather than the statement after it.</summary>
    public bool IsRefusalOfScope(Exception error) =>
        error is PostgresException refusal && ReferenceEquals(refusal.BatchCommand, _enter);

    /// <summary>Whether the server refused a statement after the scope, or was cancelled in one; the scope was executed then.</summary>
    public bool IsBehindScope(Exception error) =>
        (error as PostgresException ?? error.InnerException as PostgresException)?.BatchCommand is { } refused && !ReferenceEquals(refused, _enter);

    /// <summary>Why the statements may be sent again although they failed; none where they may not.</summary>
    public string? ReasonToRepeat(Exception error) => IsStalePlan(error) ? "a table changed"
        : IsMiscount(error) ? "prepared statements miscounted"
        : IsRefusalOfScope(error) ? ReasonToRepeatScope((PostgresException)error) : null;

    /// <summary>Why the scope may be sent again, elsewhere, although the server refused it; none where it may not.</summary>
    public static string? ReasonToRepeatScope(PostgresException refusal) => refusal.SqlState switch
    {
        SessionAttestation.Refused => SessionAttestation.Left(refusal.MessageText) ?? "left with something",
        PostgresErrorCodes.ProtocolViolation when PoolerErrors.IsUnassigned(refusal) => "no session in time",
        PostgresErrorCodes.InsufficientPrivilege => "another tenant's scope",
        // What an earlier transaction left, found by the scope itself.
        PostgresErrorCodes.ObjectInUse => "not clean",
        PostgresErrorCodes.InFailedSqlTransaction => "in a failed transaction",
        // The driver may have been preparing just then, and would lose count. Once in a shortage: after it, it is asked first.
        TenantConcurrencyException.Refused => "no slot",
        // The scope is the first thing that is sent: nothing behind it ran.
        _ when IsEnded(refusal) => "ended by the server",
        _ => null,
    };

    /// <summary>Whether the server ended the session.</summary>
    public static bool IsEnded(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or IdleTimeout;

    /// <summary>
    /// Whether the columns of a prepared statement have changed. By where in the server it comes from, since others have its
    /// code; the driver keeps the statement, so that it would come back on the same session.
    /// </summary>
    public static bool IsStalePlan(Exception error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.FeatureNotSupported, Routine: "RevalidateCachedQuery" };

    /// <summary>
    /// Whether the driver lost track of its prepared statements, which statements that fail can bring about, another
    /// tenant's too (npgsql/npgsql#5873). It says so before it sends anything.
    /// </summary>
    static bool IsMiscount(Exception error) =>
        error is InvalidOperationException && error.Message.StartsWith("Invalid PreparedState ", StringComparison.Ordinal);

    /// <summary>Takes the scope out, and returns it as an execution of its own: for statements that are only described.</summary>
    public NpgsqlBatch SplitScope()
    {
        Batch.BatchCommands.RemoveAt(0);
        return new NpgsqlBatch(Batch.Connection) { Timeout = Batch.Timeout, BatchCommands = { _enter } };
    }

    /// <summary>Hands the driver's batch, emptied, back to its connection for the next execution.</summary>
    public void Dispose()
    {
        lock (_enter)
        {
            _isOver = true;
            _stop?.Dispose();
        }

        Batch.Dispose();
    }

    /// <summary>The statement that enters a tenant, and attests the session where that is due.</summary>
    /// <param name="route">How the tenant is reached.</param>
    /// <param name="form">What the scope is sent as.</param>
    /// <param name="session">On what it is sent.</param>
    /// <param name="statement">The statement, where it is another than what is sent ahead of others.</param>
    public static NpgsqlBatchCommand Enter(TenantRoute route, ScopeForm form, Session session, string? statement = null)
    {
        var enter = new NpgsqlBatchCommand(statement ?? form.Statement);
        route.AddTo(enter.Parameters, session);
        route.Pool.Attestation.AddTo(enter, session);
        enter.CommandText = session.TextFor(enter.CommandText);
        return enter;
    }
}
