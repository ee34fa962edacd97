using Npgsql;

namespace Tenancy;

/// <summary>A transaction that we begin for one execution, where the application has none.</summary>
internal sealed class OwnTransaction
{
    readonly NpgsqlTransaction _driver;
    readonly bool _commits;

    OwnTransaction(NpgsqlTransaction driver, bool commits)
    {
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
            return new OwnTransaction(holding, commits);
        }

        var driver = async
            ? await inner.BeginTransactionAsync(cancellationToken).ConfigureAwait(false)
            : inner.BeginTransaction();
        return new OwnTransaction(driver, commits);
    }

    /// <summary>Commits it, or rolls it back, as was decided when it began.</summary>
    public async Task EndAsync(bool async)
    {
        if (async)
        {
            if (_commits)
                await _driver.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            await _driver.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            if (_commits)
                _driver.Commit();
            _driver.Dispose();
        }
    }

    /// <summary>Rolls it back after an error, which is on its way to the caller.</summary>
    public static async Task AbandonAsync(OwnTransaction? own, bool async)
    {
        if (own is null)
            return;
        try
        {
            if (async)
                await own._driver.DisposeAsync().ConfigureAwait(false);
            else
                own._driver.Dispose();
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // It went with its session.
        }
    }
}
