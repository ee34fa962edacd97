using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Tenancy;

/// <summary>One statement of a tenant's. It is sent in one message with the tenant's scope ahead of it.</summary>
public sealed partial class TenantCommand : DbCommand, IScopedStatements
{
    /// <summary>The default of <see cref="CommandTimeout"/> where the connection string has none, in seconds.</summary>
    public const int DefaultTimeout = 30;

    readonly ScopedStatement _statement = new();
    string _text = "";
    StatementKind _kind;
    int? _timeout;

    /// <summary>Makes a command without a connection.</summary>
    public TenantCommand() =>
        // Nothing unmanaged hangs on it: the finalizer of its base class would only cost.
        GC.SuppressFinalize(this);

    /// <summary>The connection the command runs on.</summary>
    public new TenantConnection? Connection { get; set; }

    /// <summary>The statement; exactly one.</summary>
    [AllowNull]
    public override string CommandText
    {
        get => _text;
        set => _text = value ?? "";
    }

    /// <summary>Seconds until the statement is cancelled; 0 for never. Default: what the connection string says, or 30.</summary>
    public override int CommandTimeout
    {
        get => _timeout ?? Connection?.DefaultTimeout ?? DefaultTimeout;
        set => _timeout = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Give 0 or more seconds; 0 means no timeout.");
    }

    /// <summary>
    /// What <see cref="CommandText"/> is. Default: a statement. <see cref="CommandType.StoredProcedure"/> is the name of a
    /// procedure, called in a transaction so that it cannot commit; <see cref="CommandType.TableDirect"/> that of a table.
    /// </summary>
    public override CommandType CommandType
    {
        get => _statement.Type;
        set => _statement.Type = TenantObjects.Known(value);
    }

    /// <inheritdoc/>
    public override bool DesignTimeVisible { get; set; }

    /// <inheritdoc/>
    public override UpdateRowSource UpdatedRowSource { get; set; } = UpdateRowSource.Both;

    /// <summary>The parameters, named or positional, as Npgsql takes them.</summary>
    public new NpgsqlParameterCollection Parameters => _statement.Parameters;

    /// <inheritdoc/>
    protected override DbConnection? DbConnection
    {
        get => Connection;
        set => Connection = TenantObjects.Own<TenantConnection>(value);
    }

    /// <inheritdoc/>
    protected override DbParameterCollection DbParameterCollection => Parameters;

    /// <inheritdoc/>
    protected override DbTransaction? DbTransaction { get; set; }

    int? IScopedStatements.Timeout => _timeout;

    ScopedBatch? IScopedStatements.Executing { get; set; }

    bool IScopedStatements.CallsProcedure => _kind == StatementKind.Call;

    bool IScopedStatements.Grows => Generated is { } generated
        ? generated.Parts.Any(static part => GrowingStatement.Is(part.Text))
        : CommandType == CommandType.Text && GrowingStatement.Is(_text);

    bool IScopedStatements.OnlyReads => _kind == StatementKind.Query;

    TenantConnection Open => Connection ?? throw new InvalidOperationException("The command has no connection. Set Connection.");

    /// <summary>Asks the server to stop the statement; whoever executes it gets the error.</summary>
    public override void Cancel() => ((IScopedStatements)this).Executing?.Cancel();

    /// <summary>Does nothing: statements are prepared automatically once they have been used five times on a connection.</summary>
    public override void Prepare() => ((IScopedStatements)this).Check(Open);

    /// <inheritdoc/>
    public override int ExecuteNonQuery() =>
        ScopedExecution.ExecuteAsync(Open, this, async: false, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken) =>
        ScopedExecution.ExecuteAsync(Open, this, async: true, cancellationToken);

    /// <inheritdoc/>
    public override object? ExecuteScalar() =>
        ScopedExecution.ScalarAsync(Open, this, async: false, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken) =>
        ScopedExecution.ScalarAsync(Open, this, async: true, cancellationToken);

    /// <summary>Sends the statement and reads its rows.</summary>
    public new TenantDataReader ExecuteReader(CommandBehavior behavior = CommandBehavior.Default) =>
        ScopedExecution.ReadAsync(Open, this, behavior, async: false, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc cref="ExecuteReader(CommandBehavior)"/>
    public new Task<TenantDataReader> ExecuteReaderAsync(CancellationToken cancellationToken = default) =>
        ExecuteReaderAsync(CommandBehavior.Default, cancellationToken);

    /// <inheritdoc cref="ExecuteReader(CommandBehavior)"/>
    public new Task<TenantDataReader> ExecuteReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken = default) =>
        ScopedExecution.ReadAsync(Open, this, behavior, async: true, cancellationToken);

    /// <summary>Nothing to dispose of: the command holds no resource of the server's.</summary>
    [SuppressMessage("Usage", "CA2215", Justification = "The base class would only take a lock.")]
    [SuppressMessage("Usage", "CA1816", Justification = "It was suppressed when the command was made.")]
    public override ValueTask DisposeAsync() => default;

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
    {
        TakeMark();
        try
        {
            return ExecuteReader(behavior);
        }
        finally
        {
            _generated = null;
        }
    }

    /// <inheritdoc/>
    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(
        CommandBehavior behavior, CancellationToken cancellationToken)
    {
        TakeMark();
        try
        {
            return await ExecuteReaderAsync(behavior, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _generated = null;
        }
    }

    /// <inheritdoc/>
    protected override DbParameter CreateDbParameter() => new NpgsqlParameter();

    void IScopedStatements.Check(TenantConnection connection)
    {
        TenantObjects.CheckTransaction(DbTransaction, connection);
        _kind = CheckGenerated() ? StatementKind.Other : _statement.Check(_text);
    }

    void IScopedStatements.AddTo(ScopedBatch scope, TenantRoute route)
    {
        if (!AddGeneratedTo(scope, route))
            _statement.AddTo(scope, route, _text, _kind);
    }

    void IScopedStatements.TakeOutputs() => _statement.TakeOutputs();
}
