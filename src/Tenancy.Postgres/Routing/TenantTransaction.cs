using System.Data;
using System.Data.Common;
using Npgsql;

namespace Tenancy;

/// <summary>A transaction of one tenant. Each command in it carries the scope, so that no rollback to a savepoint loses it.</summary>
public sealed class TenantTransaction : DbTransaction
{
    readonly TenantConnection _connection;
    NpgsqlTransaction _driver;
    Presence _work;
    int _lease;
    int _messages;
    bool _ended;

    internal TenantTransaction(TenantConnection connection, NpgsqlTransaction inner, Presence work, IsolationLevel asked)
    {
        _connection = connection;
        (_driver, _work) = (inner, work);
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
        using (Enter())
        {
            _driver.Commit();
            _connection.Acknowledge();
        }

        End();
    }

    /// <inheritdoc/>
    public override async Task CommitAsync(CancellationToken cancellationToken = default)
    {
        var work = Enter();
        await using (work.ConfigureAwait(false))
        {
            await _driver.CommitAsync(cancellationToken).ConfigureAwait(false);
            _connection.Acknowledge();
        }

        End();
    }

    /// <inheritdoc/>
    public override void Rollback()
    {
        if (!IsAbsent)
        {
            using (Enter())
                DriverTransaction.RollBackAsync(_driver, async: false, CancellationToken.None).GetAwaiter().GetResult();
        }

        End();
    }

    /// <inheritdoc/>
    public override async Task RollbackAsync(CancellationToken cancellationToken = default)
    {
        if (!IsAbsent)
        {
            var work = Enter();
            await using (work.ConfigureAwait(false))
                await DriverTransaction.RollBackAsync(_driver, async: true, cancellationToken).ConfigureAwait(false);
        }

        End();
    }

    /// <inheritdoc/>
    public override void Save(string savepointName)
    {
        using (ToSend())
            _driver.Save(savepointName);
    }

    /// <inheritdoc/>
    public override async Task SaveAsync(string savepointName, CancellationToken cancellationToken = default)
    {
        var work = ToSend();
        await using (work.ConfigureAwait(false))
            await _driver.SaveAsync(savepointName, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override void Rollback(string savepointName)
    {
        using (ToSend())
            _driver.Rollback(savepointName);
    }

    /// <inheritdoc/>
    public override async Task RollbackAsync(string savepointName, CancellationToken cancellationToken = default)
    {
        var work = ToSend();
        await using (work.ConfigureAwait(false))
            await _driver.RollbackAsync(savepointName, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override void Release(string savepointName)
    {
        using (ToSend())
            _driver.Release(savepointName);
    }

    /// <inheritdoc/>
    public override async Task ReleaseAsync(string savepointName, CancellationToken cancellationToken = default)
    {
        var work = ToSend();
        await using (work.ConfigureAwait(false))
            await _driver.ReleaseAsync(savepointName, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await EndAsync(async: true).ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            EndAsync(async: false).GetAwaiter().GetResult();
        base.Dispose(disposing);
    }

    /// <summary>
    /// The driver's transaction, which the driver uses again for whoever gets the connection next: once this one is over,
    /// that may be another tenant's.
    /// </summary>
    NpgsqlTransaction Inner => IsOver
        ? throw Ended()
        : _driver;

    /// <summary>It could not be begun again: there is nothing to roll back.</summary>
    internal bool IsAbsent => !_ended && _connection.Lacks(this);

    bool IsOver => _ended || _connection.Lease != _lease;

    /// <summary>Notes that something is sent in it.</summary>
    internal void CountMessage() => _messages++;

    /// <summary>Goes on as one that was begun on another session.</summary>
    internal void GoOn(NpgsqlTransaction driver, Presence work) => (_driver, _work, _lease, _messages) = (driver, work, _connection.Lease, 0);

    /// <summary>Whether it was ended, or is being ended.</summary>
    internal bool IsEnded => _ended;

    /// <summary>Rolls back on behalf of a connection that is being closed.</summary>
    internal Task AbandonAsync(Session session, bool async)
    {
        _ended = true;
        return DriverTransaction.EndAsync(session, _driver, async);
    }

    Presence ToSend()
    {
        CountMessage();
        return Enter();
    }

    /// <summary>Begins to work on the session of the transaction: on no other, which the connection may have by then.</summary>
    Presence Enter()
    {
        _connection.CheckNotStopped();
        _ = Inner;
        return Presence.Of(_work.Session, _work.Tenure) ?? throw Ended();
    }

    static InvalidOperationException Ended() => new("The transaction has ended. Begin another one.");

    /// <summary>Rolls back what was not ended, unless it is at work: then that is stopped, and the connection goes.</summary>
    async Task EndAsync(bool async)
    {
        var isOver = IsOver;
        _ended = true;
        if (!isOver && Presence.Alone(_work.Session, _work.Tenure) is { } work)
            await EndAsync(work, async).ConfigureAwait(false);
        else if (!isOver)
            await _connection.StopAsync(_work.Session, _work.Tenure, async).ConfigureAwait(false);
        End();
    }

    async Task EndAsync(Presence work, bool async)
    {
        try
        {
            await _connection.EndReaderAsync(async).ConfigureAwait(false);
            await DriverTransaction.EndAsync(work.Session, _driver, async).ConfigureAwait(false);
        }
        finally
        {
            await work.LeaveAsync(async).ConfigureAwait(false);
        }
    }

    void End()
    {
        _ended = true;
        _connection.TransactionEnded(this);
    }
}
