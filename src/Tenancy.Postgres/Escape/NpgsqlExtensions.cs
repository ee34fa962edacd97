using Npgsql;

namespace Tenancy;

/// <summary>Lends a connection of the driver's, for what ADO.NET has no word for.</summary>
public static class NpgsqlExtensions
{
    /// <summary>
    /// Runs work on a connection of Npgsql's, inside a transaction that has entered the ambient tenant. It commits when the
    /// work returns and rolls back when it throws; the session is ended in either case and serves nobody else.
    /// </summary>
    /// <remarks>
    /// Nothing reads the statements that the work sends: several in one text, SET and COMMIT go through. Row security holds,
    /// and so does the latch for every statement inside the transaction; but code that sends whole statements could set
    /// another tenant, as it could with any connection. Never run text of a tenant's here. The session counts in the
    /// server's budget, as any other.
    /// </remarks>
    /// <param name="data">The tenants' data.</param>
    /// <param name="work">What to do. The connection must not be kept.</param>
    /// <param name="cancellationToken">Ends the waiting, and is given to the work.</param>
    /// <exception cref="NoTenantException">No tenant is in scope.</exception>
    /// <exception cref="InvalidOperationException">The work ended the transaction itself, and what it did after that may stand.</exception>
    public static async Task<T> UseNpgsqlAsync<T>(
        this TenantDataSource data, Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(work);
        var route = await data.RouteAsync(cancellationToken).ConfigureAwait(false);
        return await LentSession.RunAsync(route, route.Form, work, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="UseNpgsqlAsync{T}(TenantDataSource, Func{NpgsqlConnection, CancellationToken, Task{T}}, CancellationToken)"/>
    public static Task UseNpgsqlAsync(
        this TenantDataSource data, Func<NpgsqlConnection, CancellationToken, Task> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return data.UseNpgsqlAsync(Result(work), cancellationToken);
    }

    /// <summary>
    /// The same on the session of an open connection, which goes on with another one.
    /// </summary>
    /// <inheritdoc cref="UseNpgsqlAsync{T}(TenantDataSource, Func{NpgsqlConnection, CancellationToken, Task{T}}, CancellationToken)"/>
    /// <param name="connection">An open connection, outside a transaction.</param>
    /// <param name="work">What to do. The connection must not be kept.</param>
    /// <param name="cancellationToken">Ends the waiting, and is given to the work.</param>
    public static async Task<T> UseNpgsqlAsync<T>(
        this TenantConnection connection, Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(work);
        return await connection.LendAsync(
            session => LentSession.TransactAsync(session, connection.Route, connection.Form, work, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc cref="UseNpgsqlAsync{T}(TenantConnection, Func{NpgsqlConnection, CancellationToken, Task{T}}, CancellationToken)"/>
    public static Task UseNpgsqlAsync(
        this TenantConnection connection, Func<NpgsqlConnection, CancellationToken, Task> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return connection.UseNpgsqlAsync(Result(work), cancellationToken);
    }

    static Func<NpgsqlConnection, CancellationToken, Task<bool>> Result(Func<NpgsqlConnection, CancellationToken, Task> work) =>
        async (npgsql, stop) =>
        {
            await work(npgsql, stop).ConfigureAwait(false);
            return true;
        };
}
