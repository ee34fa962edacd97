using System.Security.Cryptography;
using Inbox.Authentication;
using Tenancy.TestKit;

namespace Inbox.Tests.Hosting;

/// <summary>A deployment's configuration: databases and keys of its own on a cluster that others may use as well.</summary>
sealed class Deployment : IDisposable
{
    const string Server = "local";

    readonly string _directory = Directory.CreateTempSubdirectory("inbox-tests-").FullName;
    readonly string _suffix = Guid.NewGuid().ToString("N")[..10];

    /// <param name="login">The login that serves requests. A test that changes the role itself takes one of its own.</param>
    /// <param name="ocr">The OCR server. By default none answers there.</param>
    public Deployment(string login = "tenancy_app", Uri? ocr = null)
    {
        var keySet = Path.Combine(_directory, "jwks.json");
        File.WriteAllText(keySet, DevelopmentTokens.KeySet(Key));
        Variables = new Dictionary<string, string>
        {
            ["Jwt__JwksPath"] = keySet,
            ["Tenancy__Postgres__Catalog"] = Tenancy.TestKit.Deployment.ConnectionString(CatalogDatabase, "tenancy_catalog"),
            // Tests ask faster than a starter may.
            ["Tenancy__Tiers__starter__Requests__PerSecond"] = "1000000",
            ["Tenancy__Tiers__starter__Requests__Burst"] = "1000000",
            ["Tenancy__Ocr__Servers__0"] = ocr?.ToString() ?? "http://127.0.0.1:9",
            // And do not wait for what was used.
            ["Tenancy__Metering__FlushInterval"] = "00:00:01",
            // Nor for those who were killed.
            ["Scans__Lease"] = "00:00:02",
            ["Scans__PollInterval"] = "00:00:00.1",
            ["Scans__RetryDelay"] = "00:00:00.2",
            ["Cursors__Key"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            ["Tenancy__Postgres__DeploymentKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            [$"Tenancy__Postgres__Servers__{Server}__ConnectionString"] = Tenancy.TestKit.Deployment.ConnectionString(SharedDatabase, login),
            [$"Tenancy__Postgres__Servers__{Server}__Migrator"] = Tenancy.TestKit.Deployment.ConnectionString(SharedDatabase, "tenancy_migrator"),
        };
    }

    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public IReadOnlyDictionary<string, string> Variables { get; }

    public string CatalogDatabase => $"inbox_catalog_{_suffix}";

    public string SharedDatabase => $"inbox_tenants_{_suffix}";

    /// <summary>Drops the databases it was installed into; those of single tenants go with their tenants.</summary>
    public async Task DropAsync()
    {
        await PrivateCluster.ExecuteAsync("postgres", $"update pg_database set datistemplate = false where datname = '{SharedDatabase}_template'");
        foreach (var database in (string[])[CatalogDatabase, SharedDatabase, $"{SharedDatabase}_template"])
            await PrivateCluster.ExecuteAsync("postgres", $"drop database if exists {database} with (force)");
    }

    public void Dispose()
    {
        Key.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
