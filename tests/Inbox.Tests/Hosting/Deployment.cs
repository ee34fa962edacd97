using System.Security.Cryptography;
using System.Text;
using Inbox.Authentication;
using Npgsql;

namespace Inbox.Tests.Hosting;

/// <summary>A deployment's configuration: databases and keys of its own on a cluster that others may use as well.</summary>
sealed class Deployment : IDisposable
{
    const string Server = "local";

    readonly string _directory = Directory.CreateTempSubdirectory("inbox-tests-").FullName;
    readonly string _suffix = Guid.NewGuid().ToString("N")[..10];
    readonly NpgsqlConnectionStringBuilder _administrator;

    public Deployment(string administrator)
    {
        _administrator = new NpgsqlConnectionStringBuilder(administrator);
        var keySet = Path.Combine(_directory, "jwks.json");
        File.WriteAllText(keySet, DevelopmentTokens.KeySet(Key));
        Variables = new Dictionary<string, string>
        {
            ["Jwt__JwksPath"] = keySet,
            ["Tenancy__Postgres__Catalog"] = As("tenancy_catalog", CatalogDatabase),
            ["Tenancy__Postgres__DeploymentKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            [$"Tenancy__Postgres__Servers__{Server}__ConnectionString"] = As("tenancy_app", SharedDatabase),
            [$"Tenancy__Postgres__Servers__{Server}__Migrator"] = As("tenancy_migrator", SharedDatabase),
        };
    }

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public IReadOnlyDictionary<string, string> Variables { get; }

    string CatalogDatabase => $"inbox_catalog_{_suffix}";

    string SharedDatabase => $"inbox_tenants_{_suffix}";

    /// <summary>
    /// Roles belong to the cluster, and another deployment of the same cluster has the same ones: so a role's password is
    /// the same for all of them, and still known only to who knows the administrator's.
    /// </summary>
    string As(string role, string database) => new NpgsqlConnectionStringBuilder
    {
        Host = _administrator.Host,
        Port = _administrator.Port,
        Database = database,
        Username = role,
        Password = Convert.ToHexStringLower(HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(_administrator.Password ?? ""), Encoding.UTF8.GetBytes(role))),
    }.ConnectionString;

    /// <summary>Drops the databases it was installed into; those of single tenants go with their tenants.</summary>
    public async Task DropAsync()
    {
        await using var source = NpgsqlDataSource.Create(_administrator);
        await ExecuteAsync(source, $"update pg_database set datistemplate = false where datname = '{SharedDatabase}_template'");
        foreach (var database in (string[])[CatalogDatabase, SharedDatabase, $"{SharedDatabase}_template"])
            await ExecuteAsync(source, $"drop database if exists {database} with (force)");
    }

    static async Task ExecuteAsync(NpgsqlDataSource source, string statement)
    {
        await using var command = source.CreateCommand(statement);
        await command.ExecuteNonQueryAsync();
    }

    public void Dispose()
    {
        Key.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
