using Npgsql;

namespace Tenancy;

/// <summary>Makes and removes the login of one tenant's own.</summary>
internal static class OwnLogin
{
    /// <summary>Makes the login, or gives it its password again.</summary>
    public static async Task CreateAsync(NpgsqlConnection connection, string login, string password, CancellationToken cancellationToken)
    {
        var role = SqlIdentifier.Quote(login);
        if (!await ExistsAsync(connection, login, cancellationToken).ConfigureAwait(false))
            await ExecuteAsync(connection, $"create role {role} login", cancellationToken).ConfigureAwait(false);
        var verifier = SqlIdentifier.Literal(ScramVerifier.Create(password));
        await ExecuteAsync(connection, $"alter role {role} login password {verifier}", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the sessions of the login, and lets no more begin. It is dropped when nothing depends on it any more.</summary>
    public static async Task CloseAsync(NpgsqlConnection connection, string login, CancellationToken cancellationToken)
    {
        if (!await ExistsAsync(connection, login, cancellationToken).ConfigureAwait(false))
            return;
        await ExecuteAsync(connection, $"alter role {SqlIdentifier.Quote(login)} nologin", cancellationToken).ConfigureAwait(false);
        using var command = new NpgsqlCommand("select pg_terminate_backend(pid) from pg_stat_activity where usename = $1", connection) { Parameters = { new() { Value = login } } };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Drops the login, if there is one.</summary>
    public static Task DropAsync(NpgsqlConnection connection, string login, CancellationToken cancellationToken) =>
        ExecuteAsync(connection, $"drop role if exists {SqlIdentifier.Quote(login)}", cancellationToken);

    static async Task<bool> ExistsAsync(NpgsqlConnection connection, string login, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand("select exists (select from pg_roles where rolname = $1)", connection) { Parameters = { new() { Value = login } } };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
