using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>What stands between is what was declared, or the host does not start.</summary>
public sealed class PoolerCheckTests
{
    const string Server = $"Tenancy:Postgres:Servers:{Deployment.Server}";

    [Theory]
    // It refuses the search path that a connection of ours begins with; or is told to ignore it.
    [InlineData("")]
    [InlineData("search_path")]
    public async Task A_pooler_that_was_not_declared_is_found(string ignored)
    {
        await using var pooler = await PgBouncer.StartAsync(new Dictionary<string, string> { ["ignore_startup_parameters"] = ignored });
        await using var installed = await Deployment.StartAsync();
        await RefusedAsync("pooler-undeclared", new DeploymentOptions
        {
            Suffix = installed.Options.Suffix,
            Install = false,
            DropDatabases = false,
            Settings = new() { [$"{Server}:ConnectionString"] = Deployment.ConnectionString(installed.SharedDatabase, DeploymentOptions.SharedLogin, pooler.Port) },
        });
    }

    [Fact]
    public async Task A_pooler_that_is_not_there_is_missed()
    {
        var itself = new NpgsqlConnectionStringBuilder(PrivateCluster.Administrator);
        await RefusedAsync("pooler-missing", pooler: null, new()
        {
            [$"{Server}:Pooler"] = "pgbouncer",
            // Another name of the same host, since the same one is a mistake that validation finds.
            [$"{Server}:Direct"] = $"Host=localhost;Port={itself.Port}",
            [$"{Server}:Migrator"] = new NpgsqlConnectionStringBuilder(Deployment.ConnectionString("{database}", "tenancy_migrator")) { Host = "localhost" }.ConnectionString,
            ["Tenancy:Postgres:Catalog"] = new NpgsqlConnectionStringBuilder(Deployment.ConnectionString("{catalog}", "tenancy_catalog")) { Host = "localhost" }.ConnectionString,
        });
    }

    [Theory]
    [InlineData("session")]
    [InlineData("statement")]
    public async Task Another_mode_than_transactions_is_found(string mode)
    {
        await using var pooler = await PgBouncer.StartAsync(new Dictionary<string, string> { ["pool_mode"] = mode });
        Assert.Contains($"pool_mode = {mode}", (await RefusedAsync("pooler-mode", pooler)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pooler_that_logs_in_as_somebody_else_is_found()
    {
        var other = new NpgsqlConnectionStringBuilder(Deployment.ConnectionString("postgres", PostgresRoles.Pooler));
        await using var pooler = await PgBouncer.StartAsync(
            new Dictionary<string, string> { ["auth_type"] = "any" }, $"user={other.Username} password={other.Password}");
        await RefusedAsync("pooler-login", pooler);
    }

    [Fact]
    public async Task A_pooler_that_leads_elsewhere_is_found()
    {
        await using var elsewhere = await Deployment.StartAsync();
        await using var pooler = await PgBouncer.StartAsync(databaseSettings: $"dbname={elsewhere.SharedDatabase}");
        await RefusedAsync("pooler-server", pooler);
    }

    [Fact]
    public async Task A_login_that_could_leave_something_is_refused_since_no_reset_would_reach_it()
    {
        await using var pooler = await PgBouncer.StartAsync();
        var options = Options(pooler, login: "app_" + Guid.NewGuid().ToString("n")[..10], afterInstall: options =>
            PrivateCluster.ExecuteAsync(options.SharedDatabase, $"grant execute on function setseed(double precision) to {options.AppLogin}"));
        await RefusedAsync("function-state", options);
    }

    [Fact]
    public async Task The_pooler_is_told_the_verifiers_of_nobody_but_those_who_serve()
    {
        await using var pooler = await PgBouncer.StartAsync();
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Pooler = pooler });
        await using (await pooler.OpenAsync(deployment.SharedDatabase, DeploymentOptions.SharedLogin)) { }
        foreach (var login in new[] { "tenancy_migrator", "tenancy_catalog" })
            await Assert.ThrowsAnyAsync<PostgresException>(() => pooler.OpenAsync(deployment.SharedDatabase, login));
    }

    static Task<ProofFinding> RefusedAsync(string code, PgBouncer? pooler, Dictionary<string, string?>? settings = null) =>
        RefusedAsync(code, Options(pooler, settings));

    static async Task<ProofFinding> RefusedAsync(string code, DeploymentOptions options)
    {
        var error = await Assert.ThrowsAsync<IsolationProofException>(async () => await (await Deployment.StartAsync(options)).DisposeAsync());
        var finding = Assert.Single(error.Findings);
        Assert.Equal(code, finding.Code);
        Assert.NotEmpty(finding.Remedy);
        return finding;
    }

    static DeploymentOptions Options(
        PgBouncer? pooler, Dictionary<string, string?>? settings = null, string login = DeploymentOptions.SharedLogin,
        Func<DeploymentOptions, Task>? afterInstall = null)
    {
        var suffix = Guid.NewGuid().ToString("n")[..10];
        return new DeploymentOptions
        {
            Suffix = suffix,
            AppLogin = login,
            Pooler = pooler,
            AfterInstall = afterInstall,
            Settings = (settings ?? []).ToDictionary(setting => setting.Key, setting => setting.Value?
                .Replace("{database}", $"tenants_{suffix}", StringComparison.Ordinal).Replace("{catalog}", $"catalog_{suffix}", StringComparison.Ordinal)),
        };
    }
}
