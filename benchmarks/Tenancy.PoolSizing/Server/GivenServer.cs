using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.PoolSizing;

/// <summary>
/// A server that was given by its connection string. It is refused where an installation of Tenancy is on it already:
/// logins are the whole server's, and installing another would change their passwords.
/// </summary>
internal sealed class GivenServer : IServerUnderTest
{
    const int OldestVersion = 150_000;

    /// <summary>What a run holds beside the tenants' connections: the catalog's four, and the administrator's.</summary>
    const int Beside = 6;

    static readonly string[] Roles = [DeploymentOptions.SharedLogin, "tenancy_catalog", "tenancy_migrator", PostgresRoles.Owner, PostgresRoles.Tools];

    GivenServer(string administrator) => Administrator = administrator;

    public string Administrator { get; }

    public bool Stays => true;

    public string Description => "the given server";

    /// <exception cref="SizingException">It cannot be used; with every reason.</exception>
    public static async Task<GivenServer> CheckAsync(string administrator, SizingOptions options, CancellationToken stop)
    {
        try
        {
            await using var connection = await OpenAsync(administrator, stop);
            await using var command = new NpgsqlCommand(
                """
                select current_setting('is_superuser') = 'on', current_setting('server_version_num')::int, current_setting('server_version'),
                    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
                        - (select count(*)::int from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()),
                    array(select rolname::text from pg_roles where rolname = any ($1) order by rolname)
                """, connection)
            {
                Parameters = { new() { Value = Roles } },
            };
            await using var reader = await command.ExecuteReaderAsync(stop);
            await reader.ReadAsync(stop);
            var mistakes = Judge(options, reader.GetBoolean(0), reader.GetInt32(1), reader.GetString(2), reader.GetInt32(3), reader.GetFieldValue<string[]>(4)).ToArray();
            return mistakes is []
                ? new GivenServer(administrator)
                : throw new SizingException("The server of --connection cannot be used:" + string.Concat(mistakes.Select(mistake => "\n  " + mistake)));
        }
        catch (NpgsqlException e)
        {
            throw new SizingException($"The server of --connection did not answer: {e.Message} Check it with psql.", e);
        }
    }

    /// <summary>Drops the logins; the databases are gone by then.</summary>
    public async ValueTask DisposeAsync()
    {
        await using var connection = await OpenAsync(Administrator, CancellationToken.None);
        foreach (var role in Roles)
        {
            await using var command = new NpgsqlCommand($"drop role if exists {role}", connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    static async Task<NpgsqlConnection> OpenAsync(string administrator, CancellationToken stop)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(administrator) { Database = "postgres", Pooling = false }.ConnectionString);
        await connection.OpenAsync(stop);
        return connection;
    }

    internal static IEnumerable<string> Judge(SizingOptions options, bool isSuperuser, int number, string version, int free, string[] roles)
    {
        if (!isSuperuser)
            yield return "The login is no superuser, and only one can install. Give a superuser's connection string.";
        if (number < OldestVersion)
            yield return $"PostgreSQL is '{version}'. Give a server of version 15 or newer.";
        if (roles.Length > 0)
            yield return $"It has the roles {string.Join(", ", roles)}: an installation of Tenancy, whose passwords would change. Give a server for tests without one, or drop them where they are leftovers.";
        if (options.Budgets.Max() + Beside > free)
            yield return $"--budget is '{options.Budgets.Max()}', and only {free} connections are free, of which the run needs {Beside} beside the tenants'. Raise max_connections, or give a smaller budget.";
    }
}
