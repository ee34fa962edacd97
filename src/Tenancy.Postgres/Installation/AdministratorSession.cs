using Npgsql;

namespace Tenancy;

/// <summary>A superuser's connection while an installation runs.</summary>
internal sealed class AdministratorSession : IAsyncDisposable
{
    readonly NpgsqlConnection _connection;

    AdministratorSession(NpgsqlConnection connection) => _connection = connection;

    public static async Task<AdministratorSession> OpenAsync(
        string administrator, string? database, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(administrator) { Pooling = false, Enlist = false };
        if (database is not null)
            settings.Database = database;
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            return new AdministratorSession(connection);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Whether it is one. What it needs no lesser login has: BYPASSRLS to give, verifiers to read, functions to revoke.</summary>
    public Task<bool> IsSuperuserAsync(CancellationToken cancellationToken) =>
        ExistsAsync("select where current_setting($1) = 'on'", "is_superuser", cancellationToken);

    /// <summary>Makes a role, or gives it these attributes and this password.</summary>
    public async Task RoleAsync(string name, string attributes, string? password, CancellationToken cancellationToken)
    {
        var role = SqlIdentifier.Quote(name);
        if (!await ExistsAsync("select from pg_roles where rolname = $1", name, cancellationToken).ConfigureAwait(false))
            await ExecuteAsync($"create role {role}", cancellationToken).ConfigureAwait(false);
        // Left alone where it is right: a new salt would end what PgBouncer keeps of its clients' proofs.
        var secret = password is null || ScramVerifier.Matches(await VerifierAsync(name, cancellationToken).ConfigureAwait(false), password) ? "" : " password " + SqlIdentifier.Literal(ScramVerifier.Create(password));
        // In one message, so in one transaction: those who serve under a role that was here before never see it without.
        await ExecuteAsync(
            $"alter role {role} nosuperuser nobypassrls nocreatedb nocreaterole noreplication inherit nologin; " +
            $"alter role {role} {attributes}{secret}", cancellationToken).ConfigureAwait(false);
    }

    async Task<string?> VerifierAsync(string role, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand("select rolpassword from pg_authid where rolname = $1", _connection) { Parameters = { new() { Value = role } } };
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as string;
    }

    public async Task<bool> ExistsAsync(string query, string name, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand($"select exists ({query})", _connection) { Parameters = { new() { Value = name } } };
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    public async Task ExecuteAsync(string statement, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(statement, _connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Runs one of our scripts in a transaction.</summary>
    public async Task RunAsync(string script, CancellationToken cancellationToken, params (string Name, string Value)[] values)
    {
        var text = SqlScript.Fill(SqlScript.Load(script), values);
        var transaction = await _connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await ExecuteAsync(text, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Installs a key for signed scopes in this database.</summary>
    public Task InstallKeyAsync(int id, byte[] key, CancellationToken cancellationToken) =>
        SigningKeyStore.InstallAsync(_connection, id, key, cancellationToken);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
