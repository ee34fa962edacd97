using System.Data;
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
    /// connection may lead to another session than before. Whoever begins it is at work on that.
    /// </summary>
    public static async Task<(OwnTransaction? Own, Presence Work)> BeginAsync(
        TenantConnection connection, bool commits, bool async, CancellationToken cancellationToken)
    {
        _ = connection.CheckedInner();
        if (connection.IsInTransaction)
            return (null, connection.Work());
        var (driver, work) = await (connection.Form.Asking is not null
            ? SlotTransactions.BeginAsync(connection, IsolationLevel.Unspecified, async, cancellationToken)
            : connection.BeginHereAsync(IsolationLevel.Unspecified, async, cancellationToken)).ConfigureAwait(false);
        return (new OwnTransaction(work.Session, driver, commits), work);
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
