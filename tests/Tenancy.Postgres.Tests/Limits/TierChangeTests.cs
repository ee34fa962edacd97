using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.Postgres.Tests;

/// <summary>What the catalog says of a tier holds from the next statement, also on a connection that is open.</summary>
public sealed class TierChangeTests
{
    [Fact]
    public async Task A_change_holds_from_the_next_statement_and_inside_a_transaction_only_where_it_is_tighter()
    {
        await using var deployment = await Deployment.StartAsync(LimitedTenants.Options());
        var tenant = await LimitedTenants.CreateAsync(deployment, "slow", TenantIsolation.Row);
        await using var connection = await LimitedTenants.OpenAsync(deployment, tenant);
        Assert.Equal("30s 0 4MB -1", await LimitedTenants.InForceAsync(connection));

        await ChangeAsync(deployment, """{"queries": {"timeout": "00:00:20", "workMemoryBytes": 8388608}}""");
        Assert.Equal("20s 0 8MB -1", await LimitedTenants.InForceAsync(connection));

        await using (var transaction = await connection.BeginTransactionAsync())
        {
            Assert.Equal("20s 0 8MB -1", await LimitedTenants.InForceAsync(connection));
            await ChangeAsync(deployment, """{"queries": {"timeout": "00:00:10", "idleInTransaction": "00:01:00", "workMemoryBytes": 16777216}}""");
            Assert.Equal("10s 1min 8MB -1", await LimitedTenants.InForceAsync(connection));
        }

        Assert.Equal("10s 1min 16MB -1", await LimitedTenants.InForceAsync(connection));
        await ChangeAsync(deployment, "{}");
        Assert.Equal("0 0 4MB -1", await LimitedTenants.InForceAsync(connection));
        Assert.Equal("select tenancy.enter($1)", connection.Form.Statement);
    }

    [Fact]
    public async Task A_tenant_that_changes_its_tier_changes_its_limits()
    {
        await using var deployment = await Deployment.StartAsync(LimitedTenants.Options());
        var tenant = await LimitedTenants.CreateAsync(deployment, "slow", TenantIsolation.Row);
        await using var connection = await LimitedTenants.OpenAsync(deployment, tenant);
        Assert.Equal("30s 0 4MB -1", await LimitedTenants.InForceAsync(connection));
        await deployment.Services.GetRequiredService<ITenantCatalogWriter>().UpdateAsync(tenant with { Tier = "limited" });
        Assert.Equal("400ms 600ms 128kB 1MB", await LimitedTenants.InForceAsync(connection));
    }

    [Fact]
    public async Task A_start_says_where_temporary_files_cannot_be_limited_and_keeps_the_other_limits()
    {
        await using var deployment = await Deployment.StartAsync(LimitedTenants.Options(afterInstall: static options => PrivateCluster.ExecuteAsync(
            options.SharedDatabase, "create or replace function tenancy.limits_files() returns boolean language sql stable return false")));
        var warning = Assert.Single(deployment.Options.Logs.Messages, message => message.Contains("temp_file_limit", StringComparison.Ordinal));
        Assert.StartsWith("Warning", warning, StringComparison.Ordinal);
        Assert.Contains("limited", warning, StringComparison.Ordinal);
        Assert.Contains("grant set on parameter temp_file_limit to tenancy_owner;", warning, StringComparison.Ordinal);

        var tenant = await LimitedTenants.CreateAsync(deployment, "limited", TenantIsolation.Row);
        await using var connection = await LimitedTenants.OpenAsync(deployment, tenant);
        Assert.Equal("400ms 600ms 128kB -1", await LimitedTenants.InForceAsync(connection));
    }

    [Fact]
    public async Task A_start_that_can_limit_them_says_nothing()
    {
        await using var deployment = await Deployment.StartAsync(LimitedTenants.Options());
        Assert.DoesNotContain(deployment.Options.Logs.Messages, message => message.Contains("temp_file_limit", StringComparison.Ordinal));
    }

    static async Task ChangeAsync(Deployment deployment, string limits)
    {
        await PrivateCluster.ExecuteAsync(deployment.Options.CatalogDatabase, $"update tenancy_catalog.tiers set limits = '{limits}' where name = 'slow'");
        await deployment.Services.GetRequiredService<PostgresTenantCatalog>().RefreshAsync();
    }
}
