using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.Postgres.Tests;

/// <summary>What this library installs, with the tables of the sample, is clean under every isolation.</summary>
public sealed class OwnSchemaTests : IAsyncLifetime
{
    static readonly Dictionary<string, string?> Allowed = new()
    {
        ["Tenancy:Postgres:Lint:Allow:0:Rule"] = "TEN105",
        ["Tenancy:Postgres:Lint:Allow:0:Target"] = "*",
        ["Tenancy:Postgres:Lint:Allow:0:Reason"] = "The maintenance databases hold no tenant's row, and are not the installer's to change.",
        ["Tenancy:Postgres:Lint:Allow:1:Rule"] = "TEN508",
        ["Tenancy:Postgres:Lint:Allow:1:Target"] = "pg_catalog",
        ["Tenancy:Postgres:Lint:Allow:1:Reason"] = "What they run is read-only: no setting changes, and row security holds.",
        ["Tenancy:Postgres:Lint:Allow:2:Rule"] = "TEN802",
        ["Tenancy:Postgres:Lint:Allow:2:Target"] = "server",
        ["Tenancy:Postgres:Lint:Allow:2:Reason"] = "The distribution's server may be a release behind; roles do not change while these tests run.",
    };

    Deployment? _deployment;

    public async Task InitializeAsync()
    {
        var files = Directory.GetFiles(Repository.Find("samples/Inbox/Migrations"), "*.sql");
        _deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            AppLogin = "own_" + Guid.NewGuid().ToString("n")[..10],
            Migrations = files.ToDictionary(file => Path.GetFileName(file), File.ReadAllText),
            Settings = Allowed,
        });
        foreach (var isolation in Enum.GetValues<TenantIsolation>())
            await _deployment.CreateAsync(isolation);
    }

    public async Task DisposeAsync() => await _deployment!.DisposeAsync();

    ITenancyLinter Linter => _deployment!.Services.GetRequiredService<ITenancyLinter>();

    [Fact]
    public async Task Nothing_is_found_but_what_is_allowed_with_a_reason()
    {
        var report = await Linter.LintAsync();
        report.EnsureClean(LintSeverity.Info);
        Assert.Equal(2, report.Databases.Count);
        // That of a server that is up to date.
        Assert.DoesNotContain(report.Unused, allowance => allowance.Rule != "TEN802");
        Assert.Contains(report.Allowed, allowed => allowed.Finding.Rule.Id == "TEN508" && allowed.Finding.Database == report.Databases[1]);
    }

    [Fact]
    public async Task A_fault_in_a_tenants_own_database_is_found()
    {
        var tenant = await _deployment!.CreateAsync(TenantIsolation.Database);
        await PrivateCluster.ExecuteAsync(tenant.Placement.Database, "alter table app.documents drop constraint tenancy_identity");
        var finding = Assert.Single((await Linter.LintAsync()).Findings);
        Assert.Equal(("TEN212", tenant.Placement.Database, "app.documents"), (finding.Rule.Id, finding.Database, finding.Target));
        await PrivateCluster.ExecuteAsync(tenant.Placement.Database, finding.Remedy);
        Assert.Empty((await Linter.LintAsync()).Findings);
    }

    [Fact]
    public async Task The_serving_login_and_the_migrator_find_the_same()
    {
        var (database, app) = (_deployment!.SharedDatabase, _deployment.Options.AppLogin);
        var byMigrator = await TenancyLinter.LintAsync(Deployment.ConnectionString(database, "tenancy_migrator"));
        var byApp = await TenancyLinter.LintAsync(Deployment.ConnectionString(database, app), new LintSettings { Role = app });
        Assert.Equal(byMigrator.Findings, byApp.Findings);
    }

    [Fact]
    public async Task A_login_that_is_not_known_is_named()
    {
        var database = _deployment!.SharedDatabase;
        var unknown = await Assert.ThrowsAsync<InvalidOperationException>(() => TenancyLinter.LintAsync(
            Deployment.ConnectionString(database, "tenancy_migrator"), new LintSettings { Role = "nobody_at_all" }));
        Assert.Contains("nobody_at_all", unknown.Message, StringComparison.Ordinal);
        var mute = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            TenancyLinter.LintAsync(Deployment.ConnectionString(database, _deployment.Options.AppLogin)));
        Assert.Contains("Name the role", mute.Message, StringComparison.Ordinal);
    }
}
