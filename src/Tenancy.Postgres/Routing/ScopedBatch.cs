using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Tenancy;

/// <summary>A batch whose first command enters the tenant; what the application sends comes after it (I1).</summary>
[SuppressMessage("Design", "CA1001", Justification = "Disposing the driver's batch only hands it back to a connection.")]
internal sealed class ScopedBatch
{
    readonly NpgsqlBatch _batch = new();
    readonly Lock _gate = new();
    NpgsqlBatchCommand? _enter;
    Guid _tenant;
    IScopedStatements? _owner;

    public NpgsqlBatch Batch => _batch;

    /// <summary>Cancels, if the batch still belongs to these statements: it is used again for others.</summary>
    public void Cancel(IScopedStatements owner)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_owner, owner))
                _batch.Cancel();
        }
    }

    /// <summary>Whether the server refused the scope, rather than the statement after it.</summary>
    public bool IsRefusalOfScope(Exception error) =>
        error is PostgresException refusal && ReferenceEquals(refusal.BatchCommand, _enter);

    /// <summary>Whether the server refused the scope because another tenant was in it.</summary>
    public bool IsSessionHeld(Exception error) =>
        IsRefusalOfScope(error) && ((PostgresException)error).SqlState == PostgresErrorCodes.InsufficientPrivilege;

    public void Bind(NpgsqlConnection connection, TenantRoute route, IScopedStatements owner)
    {
        _owner = owner;
        _batch.Connection = connection;
        _batch.Timeout = owner.Timeout;
        _tenant = route.Tenant.Id.Value;
        // Always a new one. The driver's batch command keeps the statement it was automatically prepared as, even when its
        // text changes or it is sent on another connection, where the same name may stand for anything.
        _enter = Entering(route.Isolation.EnterStatement);
        _batch.BatchCommands.Add(_enter);
    }

    public void Add(NpgsqlBatchCommand statement) => _batch.BatchCommands.Add(statement);

    /// <summary>Executes the scope alone, in an open transaction.</summary>
    public void Enter()
    {
        using var alone = Alone();
        alone.ExecuteNonQuery();
    }

    /// <inheritdoc cref="Enter"/>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        var alone = Alone();
        await using (alone.ConfigureAwait(false))
            await alone.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The statements without the scope, which was executed before in the same transaction.</summary>
    public NpgsqlBatch WithoutEnter()
    {
        _batch.BatchCommands.RemoveAt(0);
        return _batch;
    }

    NpgsqlBatch Alone() =>
        new(_batch.Connection) { Timeout = _batch.Timeout, BatchCommands = { Entering(_enter!.CommandText) } };

    NpgsqlBatchCommand Entering(string statement) =>
        new(statement) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = _tenant } } };

    /// <summary>Lets go of the statements and the connection.</summary>
    public void Clear()
    {
        lock (_gate)
            _owner = null;
        _batch.Connection = null;
        _batch.BatchCommands.Clear();
    }
}
