using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Tenancy;

/// <summary>A batch whose first command enters the tenant; what the application sends comes after it (I1).</summary>
[SuppressMessage("Design", "CA1001", Justification = "Disposing the driver's batch only hands it back to a connection.")]
internal sealed class ScopedBatch
{
    readonly NpgsqlBatch _batch = new();
    readonly NpgsqlBatchCommand _enter = new();
    readonly NpgsqlParameter<Guid> _tenant = new();
    IScopedStatements? _owner;

    public ScopedBatch()
    {
        _enter.Parameters.Add(_tenant);
        _batch.BatchCommands.Add(_enter);
    }

    public NpgsqlBatch Batch => _batch;

    /// <summary>Cancels, if the batch still belongs to these statements: it is used again for others.</summary>
    public void Cancel(IScopedStatements owner)
    {
        lock (_tenant)
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
        if (!ReferenceEquals(_enter.CommandText, route.Isolation.EnterStatement))
            _enter.CommandText = route.Isolation.EnterStatement;
        _tenant.TypedValue = route.Tenant.Id.Value;
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

    NpgsqlBatch Alone()
    {
        var enter = new NpgsqlBatchCommand(_enter.CommandText) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = _tenant.TypedValue } } };
        return new NpgsqlBatch(_batch.Connection) { Timeout = _batch.Timeout, BatchCommands = { enter } };
    }

    /// <summary>Lets go of the statements and the connection.</summary>
    public void Clear()
    {
        lock (_tenant)
            _owner = null;
        _batch.Connection = null;
        _batch.BatchCommands.Clear();
        _batch.BatchCommands.Add(_enter);
    }
}
