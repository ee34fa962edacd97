using Npgsql;
using NpgsqlTypes;

namespace Tenancy;

/// <summary>What the rules have to know of a database before they look.</summary>
/// <param name="Role">The login that serves requests there.</param>
/// <param name="Identity">The tenant it belongs to; null where it is shared.</param>
/// <param name="Trusted">Functions that are declared safe.</param>
/// <param name="ServerVersion">As <c>server_version_num</c> says it: 150018 is 15.18.</param>
/// <param name="Installed">The version of the tenancy schema; null where there is none.</param>
/// <param name="OnlyFound">Schemas that are guarded by the search_path alone, as was asked for.</param>
/// <param name="Level">How the scope is kept, as the installation says; null where there is none.</param>
internal sealed record LintFacts(string Role, Guid? Identity, uint[] Trusted, int ServerVersion, int? Installed, string[] OnlyFound, string? Level)
{
    /// <exception cref="InvalidOperationException">The login is not known, or does not exist.</exception>
    public static async Task<LintFacts> FindAsync(NpgsqlConnection connection, string? role, CancellationToken cancellationToken)
    {
        // A role that may not use the schema gets null from to_regprocedure, and nothing from the functions.
        var readable = await AskAsync<bool>(connection,
            """
            select coalesce(has_schema_privilege(to_regnamespace('tenancy')::oid, 'usage')
                and has_function_privilege(to_regprocedure('tenancy.version()')::oid, 'execute')
                and has_function_privilege(to_regprocedure('tenancy.identity()')::oid, 'execute')
                and has_table_privilege(to_regclass('tenancy.trusted_functions')::oid, 'select'), false)
            """, cancellationToken).ConfigureAwait(false);
        var facts = new LintFacts(
            role ?? await InstalledRoleAsync(connection, cancellationToken).ConfigureAwait(false),
            readable ? await AskAsync<Guid?>(connection, "select tenancy.identity()", cancellationToken).ConfigureAwait(false) : null,
            readable ? await AskAsync<uint[]>(connection, "select coalesce(array_agg(function::oid), '{}') from tenancy.trusted_functions", cancellationToken).ConfigureAwait(false) : [],
            await AskAsync<int>(connection, "select current_setting('server_version_num')::integer", cancellationToken).ConfigureAwait(false),
            readable ? await AskAsync<int>(connection, "select tenancy.version()", cancellationToken).ConfigureAwait(false) : null,
            readable && await AskAsync<bool>(connection, "select coalesce(has_table_privilege(to_regclass('tenancy.schema_guards')::oid, 'select'), false)", cancellationToken).ConfigureAwait(false)
                ? await AskAsync<string[]>(connection, "select coalesce(array_agg(schema_name::text), '{}') from tenancy.schema_guards where guard = 'searchpath'", cancellationToken).ConfigureAwait(false)
                : [],
            readable ? await AskAsync<string>(connection, "select tenancy.level()", cancellationToken).ConfigureAwait(false) : null);

        using var exists = new NpgsqlCommand("select exists (select from pg_roles where rolname = $1)", connection) { Parameters = { new() { Value = facts.Role } } };
        return (bool)(await exists.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!
            ? facts
            : throw new InvalidOperationException($"There is no role '{facts.Role}'. Name the login that serves requests.");
    }

    /// <summary>The parameters that lint-context.sql names, in its order.</summary>
    public void AddTo(NpgsqlParameterCollection parameters)
    {
        parameters.Add(new() { Value = Role, NpgsqlDbType = NpgsqlDbType.Name });
        parameters.Add(new() { Value = (object?)Identity ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        parameters.Add(new() { Value = Trusted, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Oid });
        parameters.Add(new() { Value = ServerVersion });
        parameters.Add(new() { Value = (object?)Installed ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        parameters.Add(new() { Value = SqlScript.TenancyVersion });
        parameters.Add(new() { Value = InstalledFunctions.Names });
        parameters.Add(new() { Value = InstalledFunctions.Bodies });
        parameters.Add(new() { Value = InstalledFunctions.Definers });
        parameters.Add(new() { Value = OnlyFound });
        parameters.Add(new() { Value = (object?)Level ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
    }

    static async Task<string> InstalledRoleAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await AskAsync<bool>(connection, "select coalesce(has_schema_privilege(to_regnamespace('tenancy')::oid, 'usage') and has_function_privilege(to_regprocedure('tenancy.app_role()')::oid, 'execute'), false)", cancellationToken).ConfigureAwait(false)
            ? await AskAsync<string>(connection, "select tenancy.app_role()", cancellationToken).ConfigureAwait(false)
            : throw new InvalidOperationException(
                "The database does not say which login serves requests: the tenancy schema is missing, or this login may not ask it. " +
                "Name the role, or log in as the migrator.");

    static async Task<T> AskAsync<T>(NpgsqlConnection connection, string question, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand(question, connection);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            _ = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            return reader.IsDBNull(0) ? default! : reader.GetFieldValue<T>(0);
        }
    }
}
