using Npgsql;

namespace Tenancy;

/// <summary>A transaction that we begin for one execution, where the application has none.</summary>
internal sealed class OwnTransaction
{
    readonly Session _session;
    readonly NpgsqlTransaction _driver;
    readonly bool _commits;

    OwnTransaction(Session session, NpgsqlTransaction driver, bool commits)
    {
        _session = session;
        _driver = driver;
        _commits = commits;
    }

    /// <summary>
    /// Begins one; none where the connection is in a transaction already. Where the tier has slots it holds one, and the
    /// connection may lead to another session than before.
    /// </summary>
    public static async Task<OwnTransaction?> BeginAsync(
        TenantConnection connection, bool commits, bool async, CancellationToken cancellationToken)
    {
        if (connection.IsInTransaction)
            return null;
        var inner = connection.CheckedInner();
        if (connection.Form.Asking is not null)
        {
            var holding = await SlotTransactions.BeginAsync(connection, System.Data.IsolationLevel.Unspecified, async, cancellationToken).ConfigureAwait(false);
            return new OwnTransaction(connection.Session, holding, commits);
        }

        var driver = async
            ? await inner.BeginTransactionAsync(cancellationToken).ConfigureAwait(false)
            : inner.BeginTransaction();
        return new OwnTransaction(connection.Session, driver, commits);
    }

    /// <summary>Commits it, or rolls it back, as was decided when it began.</summary>
    public async Task EndAsync(bool async)
    {
        if (!_commits)
            await DriverTransaction.EndAsync(_session, _driver, async).ConfigureAwait(false);
        else if (async)
            await _driver.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        else
            _driver.Commit();
    }

    /// <summary>Rolls it back after an error, which is on its way to the caller.</summary>
    public static Task AbandonAsync(OwnTransaction? own, bool async) =>
        own is null ? Task.CompletedTask : DriverTransaction.EndAsync(own._session, own._driver, async);
}
