using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.Postgres.Tests;

/// <summary>What a tenant's own settings limit stands in place of what its tier does, from the next statement on.</summary>
public sealed class OwnQueryLimitsTests(LimitedTenants tenants) : IClassFixture<LimitedTenants>
{
    [Theory]
    [InlineData(TenantIsolation.Row)]
    [InlineData(TenantIsolation.Schema)]
    [InlineData(TenantIsolation.Database)]
    public async Task Its_own_limits_count_and_the_rest_is_the_tiers(TenantIsolation isolation)
    {
        var tenant = await tenants.CreateAsync("limited", isolation);
        var neighbour = await tenants.CreateAsync("limited", isolation);
        Assert.Equal(("400ms", "128kB"), await ReadAsync(tenant));

        tenant = await SetAsync(tenant, """{"limits":{"queries":{"timeout":"00:00:07","maxResultBytes":1000}}}""");
        Assert.Equal(("7s", "128kB"), await ReadAsync(tenant));
        Assert.Equal(("400ms", "128kB"), await ReadAsync(neighbour));
        await using (var connection = await tenants.OpenAsync(tenant))
            await Assert.ThrowsAsync<TenantResultTooLargeException>(() => connection.ScalarAsync("select repeat('x', 5000)"));
        await using (var connection = await tenants.OpenAsync(neighbour))
            Assert.Equal(5000, ((string)(await connection.ScalarAsync("select repeat('x', 5000)"))!).Length);

        tenant = await SetAsync(tenant, "{}");
        Assert.Equal(("400ms", "128kB"), await ReadAsync(tenant));
    }

    [Theory]
    [InlineData("""{"limits":{"queries":{"timeout":"00:00:00"}}}""", "out of range")]
    [InlineData("""{"limits":{"queries":{"maxConcurrent":0}}}""", "out of range")]
    [InlineData("""{"limits":{"queries":{"timeout":"soon"}}}""", "JsonException")]
    [InlineData("""{"limits":{"queries":{"timeuot":"00:00:07"}}}""", "JsonException")]
    public async Task What_cannot_be_read_leaves_the_tiers_and_is_logged(string settings, string why)
    {
        var tenant = await SetAsync(await tenants.CreateAsync("limited", TenantIsolation.Row), settings);
        Assert.Equal(("400ms", "128kB"), await ReadAsync(tenant));
        Assert.Contains(tenants.Deployment.Options.Logs.Messages, message =>
            message.Contains(tenant.Id.ToString(), StringComparison.Ordinal) && message.Contains(why, StringComparison.Ordinal));
    }

    async Task<(string? Timeout, string? Memory)> ReadAsync(Tenant tenant)
    {
        await using var connection = await tenants.OpenAsync(tenant);
        return ((string?)await connection.ScalarAsync("select current_setting('statement_timeout')"),
            (string?)await connection.ScalarAsync("select current_setting('work_mem')"));
    }

    async Task<Tenant> SetAsync(Tenant tenant, string settings)
    {
        tenants.Deployment.Catalog.Current.TryFind(tenant.Id, out var now);
        return await tenants.Deployment.Services.GetRequiredService<ITenantCatalogWriter>().UpdateAsync(now! with { Settings = TenantSettings.Parse(settings) });
    }
}
