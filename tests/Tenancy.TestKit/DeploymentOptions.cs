using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.TestKit;

/// <summary>What a deployment for tests is like.</summary>
public sealed class DeploymentOptions
{
    /// <summary>A table as an application would write it, and one whose keys are the application's own numbers.</summary>
    public const string Tables =
        """
        create table documents (
            id      uuid primary key default gen_random_uuid(),
            title   text not null,
            body    text not null default '',
            created timestamptz not null default now()
        );
        select tenancy.isolate('documents');
        create table notes (
            id   bigint primary key,
            mark text not null,
            size integer not null default 0
        );
        select tenancy.isolate('notes');
        """;

    /// <summary>The login of deployments that leave the role as it is.</summary>
    public const string SharedLogin = "tenancy_app";

    /// <summary>Names the databases. Two deployments of one suffix are two processes of one installation.</summary>
    public string Suffix { get; init; } = RandomNumberGenerator.GetHexString(10, lowercase: true);

    public string SharedDatabase => $"tenants_{Suffix}";

    public string CatalogDatabase => $"catalog_{Suffix}";

    /// <summary>The login that serves requests. A test that changes the role itself takes one of its own.</summary>
    public string AppLogin { get; init; } = SharedLogin;

    public int Budget { get; init; } = 8;

    public ProtectionLevel Level { get; init; } = ProtectionLevel.Latched;

    public int SigningKeyId { get; init; } = 1;

    /// <summary>The port that every login connects to, where something stands between; else the cluster's own.</summary>
    public int? Port { get; init; }

    /// <summary>The superuser of the cluster, where it is not the one that tests share.</summary>
    public string? Administrator { get; init; }

    /// <summary>Further servers, by name: a superuser's connection string to each.</summary>
    public Dictionary<string, string> MoreServers { get; init; } = [];

    /// <summary>The hosts that every login connects to, as in a connection string; else the cluster's own.</summary>
    public string? Host { get; init; }

    /// <summary>What the login that serves requests goes through; else nothing.</summary>
    public PgBouncer? Pooler { get; init; }

    /// <summary>Added to the connection string of the login that serves requests.</summary>
    public string ConnectionSettings { get; init; } = "";

    public int MaxAutoPrepare { get; init; } = 100;

    public bool Install { get; init; } = true;

    public bool DropDatabases { get; init; } = true;

    public Dictionary<string, string> Migrations { get; init; } = new() { ["0001_tables.sql"] = Tables };

    /// <summary>
    /// For <see cref="AfterInstall"/>: as on a managed server, where <c>set_config</c> cannot be revoked from PUBLIC; in the
    /// template of tenants' own databases as well.
    /// </summary>
    public static async Task GrantSetConfigAsync(DeploymentOptions options)
    {
        const string Grant = "grant execute on function pg_catalog.set_config(text, text, boolean) to public";
        await PrivateCluster.ExecuteAsync(options.SharedDatabase, Grant);
        var template = options.SharedDatabase + "_template";
        await PrivateCluster.ExecuteAsync("postgres", $"alter database {template} with allow_connections true");
        await PrivateCluster.ExecuteAsync(template, Grant);
        await PrivateCluster.ExecuteAsync("postgres", $"alter database {template} with allow_connections false");
    }

    /// <summary>Runs between installation and start.</summary>
    public Func<DeploymentOptions, Task>? AfterInstall { get; init; }

    /// <summary>Changes the services before the host is built.</summary>
    public Action<IServiceCollection>? Configure { get; init; }

    /// <summary>Adds to the configuration, or replaces keys of it.</summary>
    public Dictionary<string, string?> Settings { get; init; } = [];

    /// <summary>All that was logged.</summary>
    public RecordingLogs Logs { get; init; } = new();

    /// <summary>Another process of the same installation, which leaves the databases alone.</summary>
    public DeploymentOptions Again(Dictionary<string, string>? migrations = null, int? signingKeyId = null) => new()
    {
        Level = Level,
        SigningKeyId = signingKeyId ?? SigningKeyId,
        Suffix = Suffix,
        AppLogin = AppLogin,
        Budget = Budget,
        MaxAutoPrepare = MaxAutoPrepare,
        Port = Port,
        Administrator = Administrator,
        Host = Host,
        Pooler = Pooler,
        ConnectionSettings = ConnectionSettings,
        Migrations = migrations ?? Migrations,
        Settings = Settings,
        Install = false,
        DropDatabases = false,
    };
}
