using Npgsql;

namespace Tenancy;

/// <summary>Runs work on a session of a pool that is ended afterwards: nobody knows what the work left in it.</summary>
internal static class LentSession
{
    /// <summary>Leases a session, runs the work in a transaction of the tenant's, and ends the session.</summary>
    public static async Task<T> RunAsync<T>(
        TenantRoute route, ScopeForm form, Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var session = await route.Pool.LeaseAsync(route.Share, cancellationToken).ConfigureAwait(false);
        try
        {
            return await TransactAsync(session, route, form, work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await route.Pool.RetireAsync(session, async: true).ConfigureAwait(false);
        }
    }

    /// <summary>Runs the work in a transaction that has entered the tenant.</summary>
    public static async Task<T> TransactAsync<T>(
        Session leased, TenantRoute route, ScopeForm form, Func<NpgsqlConnection, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken)
    {
        var session = leased.Connection;
        var transaction = form.Asking is null
            ? await session.BeginTransactionAsync(cancellationToken).ConfigureAwait(false)
            : await SlotTransactions.BeginAsync(leased, route, form, System.Data.IsolationLevel.Unspecified, async: true, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            using (var enter = new NpgsqlBatch(session) { BatchCommands = { ScopedBatch.Enter(route, form, leased) } })
            {
                await enter.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }

            var result = await work(session, cancellationToken).ConfigureAwait(false);
            await CheckScopeAsync(session, route, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return result;
        }
    }

    /// <summary>Whether the transaction that commits now is still the one that entered.</summary>
    static async Task CheckScopeAsync(NpgsqlConnection session, TenantRoute route, CancellationToken cancellationToken)
    {
        try
        {
            using var check = new NpgsqlCommand("select tenancy.current_tenant()", session);
            if (await check.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is Guid entered && entered == route.Tenant.Id.Value)
                return;
            throw Left(null);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw Left(e);
        }
        catch (InvalidOperationException e) when (session.State != System.Data.ConnectionState.Open)
        {
            throw Left(e);
        }
    }

    static InvalidOperationException Left(Exception? reason) => new(
        "The work ended the transaction it was given, and with it the tenant's scope. What it committed itself stays; leave " +
        "transaction control to the caller.", reason);
}
