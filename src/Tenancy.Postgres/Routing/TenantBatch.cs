using System.Data;
using System.Data.Common;

namespace Tenancy;

/// <summary>Several statements of a tenant's in one round trip, behind one scope; all take effect, or none.</summary>
public sealed class TenantBatch : DbBatch, IScopedStatements
{
    int? _timeout;

    /// <summary>The connection the batch runs on.</summary>
    public new TenantConnection? Connection { get; set; }

    /// <summary>The statements, one to a command.</summary>
    public new TenantBatchCommandCollection BatchCommands { get; } = new();

    /// <summary>Seconds until the batch is cancelled; 0 for never. Default: what the connection string says, or 30.</summary>
    public override int Timeout
    {
        get => _timeout ?? Connection?.DefaultTimeout ?? TenantCommand.DefaultTimeout;
        set => _timeout = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Give 0 or more seconds; 0 means no timeout.");
    }

    /// <inheritdoc/>
    protected override DbBatchCommandCollection DbBatchCommands => BatchCommands;

    /// <inheritdoc/>
    protected override DbConnection? DbConnection
    {
        get => Connection;
        set => Connection = TenantObjects.Own<TenantConnection>(value);
    }

    /// <inheritdoc/>
    protected override DbTransaction? DbTransaction { get; set; }

    int? IScopedStatements.Timeout => _timeout;

    ScopedBatch? IScopedStatements.Executing { get; set; }

    bool IScopedStatements.CallsProcedure => BatchCommands.Items.Exists(static command => command.Kind == StatementKind.Call);

    bool IScopedStatements.Grows => BatchCommands.Items.Exists(static command => command.CommandType == CommandType.Text && GrowingStatement.Is(command.CommandText));

    /// <summary>A later statement may write, so the rest is always read.</summary>
    bool IScopedStatements.OnlyReads => false;

    TenantConnection Open => Connection ?? throw new InvalidOperationException("The batch has no connection. Set Connection.");

    /// <summary>Asks the server to stop the batch; whoever executes it gets the error.</summary>
    public override void Cancel() => ((IScopedStatements)this).Executing?.Cancel();

    /// <summary>Does nothing: statements are prepared automatically once they have been used five times on a connection.</summary>
    public override void Prepare() => ((IScopedStatements)this).Check(Open);

    /// <inheritdoc cref="Prepare"/>
    public override Task PrepareAsync(CancellationToken cancellationToken = default)
    {
        Prepare();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override int ExecuteNonQuery() =>
        ScopedExecution.ExecuteAsync(Open, this, async: false, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken = default) =>
        ScopedExecution.ExecuteAsync(Open, this, async: true, cancellationToken);

    /// <inheritdoc/>
    public override object? ExecuteScalar() =>
        ScopedExecution.ScalarAsync(Open, this, async: false, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken = default) =>
        ScopedExecution.ScalarAsync(Open, this, async: true, cancellationToken);

    /// <summary>Sends the statements and reads their results.</summary>
    public new TenantDataReader ExecuteReader(CommandBehavior behavior = CommandBehavior.Default) =>
        ScopedExecution.ReadAsync(Open, this, behavior, async: false, CancellationToken.None).GetAwaiter().GetResult();

    /// <inheritdoc cref="ExecuteReader(CommandBehavior)"/>
    public new Task<TenantDataReader> ExecuteReaderAsync(CancellationToken cancellationToken = default) =>
        ExecuteReaderAsync(CommandBehavior.Default, cancellationToken);

    /// <inheritdoc cref="ExecuteReader(CommandBehavior)"/>
    public new Task<TenantDataReader> ExecuteReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken = default) =>
        ScopedExecution.ReadAsync(Open, this, behavior, async: true, cancellationToken);

    /// <inheritdoc/>
    protected override DbBatchCommand CreateDbBatchCommand() => new TenantBatchCommand();

    /// <inheritdoc/>
    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => ExecuteReader(behavior);

    /// <inheritdoc/>
    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(
        CommandBehavior behavior, CancellationToken cancellationToken) =>
        await ExecuteReaderAsync(behavior, cancellationToken).ConfigureAwait(false);

    void IScopedStatements.Check(TenantConnection connection)
    {
        TenantObjects.CheckTransaction(DbTransaction, connection);
        foreach (var command in BatchCommands.Items)
            command.Check();
    }

    void IScopedStatements.AddTo(ScopedBatch scope, TenantRoute route)
    {
        foreach (var command in BatchCommands.Items)
            command.AddTo(scope, route);
    }

    void IScopedStatements.TakeOutputs()
    {
        foreach (var command in BatchCommands.Items)
            command.TakeOutputs();
    }
}
