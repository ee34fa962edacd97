using System.Data;
using System.Data.Common;
using Npgsql;

namespace Tenancy;

/// <summary>A transaction of one tenant. Each command in it carries the scope, so that no rollback to a savepoint loses it.</summary>
public sealed class TenantTransaction : DbTransaction
{
    readonly TenantConnection _connection;
    NpgsqlTransaction _driver;
    int _lease;
    int _messages;
    bool _ended;

    internal TenantTransaction(TenantConnection connection, NpgsqlTransaction inner, IsolationLevel asked)
    {
        _connection = connection;
        _driver = inner;
        _lease = connection.Lease;
        Asked = asked;
    }

    /// <summary>The isolation level that it was begun with, as the application said it.</summary>
    internal IsolationLevel Asked { get; }

    /// <summary>Whether one message was sent in it at most: where that did nothing, all of it can be done again elsewhere.</summary>
    internal bool CanBeginAgain => _messages <= 1;

    /// <inheritdoc/>
    public override IsolationLevel IsolationLevel => Inner.IsolationLevel;

    /// <inheritdoc/>
    public override bool SupportsSavepoints => true;

    /// <inheritdoc/>
    protected override DbConnection? DbConnection => IsOver ? null : _connection;

    /// <inheritdoc/>
    public override void Commit()
    {
        Inner.Commit();
        _connection.Acknowledge();
        End();
    }

    /// <inheritdoc/>
    public override async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        await Inner.CommitAsync(cancellationToken).ConfigureAwait(false);
        _connection.Acknowledge();
        End();
    }

    /// <inheritdoc/>
    public override void Rollback()
    {
        if (!IsAbsent)
            DriverTransaction.RollBackAsync(Inner, async: false, CancellationToken.None).GetAwaiter().GetResult();
        End();
    }

    /// <inheritdoc/>
    public override async Task RollbackAsync(CancellationToken cancellationToken = default)
    {
        if (!IsAbsent)
            await DriverTransaction.RollBackAsync(Inner, async: true, cancellationToken).ConfigureAwait(false);
        End();
    }

    /// <inheritdoc/>
    public override void Save(string savepointName)
    {
        CountMessage();
        Inner.Save(savepointName);
    }

    /// <inheritdoc/>
    public override Task SaveAsync(string savepointName, CancellationToken cancellationToken = default)
    {
        CountMessage();
        return Inner.SaveAsync(savepointName, cancellationToken);
    }

    /// <inheritdoc/>
    public override void Rollback(string savepointName)
    {
        CountMessage();
        Inner.Rollback(savepointName);
    }

    /// <inheritdoc/>
    public override Task RollbackAsync(string savepointName, CancellationToken cancellationToken = default)
    {
        CountMessage();
        return Inner.RollbackAsync(savepointName, cancellationToken);
    }

    /// <inheritdoc/>
    public override void Release(string savepointName)
    {
        CountMessage();
        Inner.Release(savepointName);
    }

    /// <inheritdoc/>
    public override Task ReleaseAsync(string savepointName, CancellationToken cancellationToken = default)
    {
        CountMessage();
        return Inner.ReleaseAsync(savepointName, cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (!IsOver)
            await DriverTransaction.EndAsync(_connection.Session, _driver, async: true).ConfigureAwait(false);
        End();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            if (!IsOver)
                DriverTransaction.EndAsync(_connection.Session, _driver, async: false).GetAwaiter().GetResult();
            End();
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// The driver's transaction, which the driver uses again for whoever gets the connection next: once this one is over,
    /// that may be another tenant's.
    /// </summary>
    NpgsqlTransaction Inner => IsOver
        ? throw new InvalidOperationException("The transaction has ended. Begin another one.")
        : _driver;

    /// <summary>It could not be begun again: there is nothing to roll back.</summary>
    internal bool IsAbsent => !_ended && _connection.Lacks(this);

    bool IsOver => _ended || _connection.Lease != _lease;

    /// <summary>Notes that something is sent in it.</summary>
    internal void CountMessage() => _messages++;

    /// <summary>Goes on as one that was begun on another session.</summary>
    internal void GoOn(NpgsqlTransaction driver) => (_driver, _lease, _messages) = (driver, _connection.Lease, 0);

    /// <summary>Rolls back on behalf of a connection that is being closed.</summary>
    internal Task AbandonAsync(Session session, bool async)
    {
        _ended = true;
        return DriverTransaction.EndAsync(session, _driver, async);
    }

    void End()
    {
        _ended = true;
        _connection.TransactionEnded(this);
    }
}
