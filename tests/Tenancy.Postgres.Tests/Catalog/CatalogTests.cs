using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.Postgres.Tests;

public sealed class CatalogTests
{
    static ITenantCatalogWriter Writer(Deployment deployment) => deployment.Services.GetRequiredService<ITenantCatalogWriter>();

    [Fact]
    public async Task A_change_is_seen_here_at_once_and_by_another_process_within_a_second()
    {
        await using var here = await Deployment.StartAsync();
        var second = here.Options.Again();
        // Only the notification can be in time.
        second.Settings["Tenancy:Postgres:CatalogPollInterval"] = "00:30:00";
        await using var there = await Deployment.StartAsync(second);
        var tenant = await here.CreateAsync(TenantIsolation.Row);
        Assert.True(here.Catalog.Current.TryFind(tenant.Id, out _));
        await UntilAsync(() => there.Catalog.Current.TryFind(tenant.Id, out var found) && found.Status == TenantStatus.Active);
        await here.Lifecycle.SuspendAsync(tenant.Id);
        await UntilAsync(() => there.Catalog.Current.TryFind(tenant.Id, out var found) && found.Status == TenantStatus.Suspended);
        await here.Lifecycle.DeleteAsync(tenant.Id);
        await UntilAsync(() => !there.Catalog.Current.TryFind(tenant.Id, out _));
    }

    [Fact]
    public async Task A_change_to_an_older_state_and_a_taken_slug_are_conflicts()
    {
        await using var deployment = await Deployment.StartAsync();
        var a = await deployment.CreateAsync(TenantIsolation.Row);
        var b = await deployment.CreateAsync(TenantIsolation.Row);
        var newer = await Writer(deployment).UpdateAsync(a with { Name = "Newer" });
        Assert.Equal(a.Version + 1, newer.Version);
        await Assert.ThrowsAsync<TenantConflictException>(() => Writer(deployment).UpdateAsync(a with { Name = "Older" }));
        Assert.True(deployment.Catalog.Current.TryFind(a.Id, out var kept));
        Assert.Equal("Newer", kept.Name);
        await Assert.ThrowsAsync<TenantConflictException>(() => Writer(deployment).AddAsync(a with { Id = TenantId.Create(TimeProvider.System) }));
        await Assert.ThrowsAsync<TenantConflictException>(() => Writer(deployment).UpdateAsync(b with { Slug = a.Slug }));
        await Assert.ThrowsAsync<ArgumentException>(() => Writer(deployment).UpdateAsync(b with { Tier = "none" }));
    }

    [Fact]
    public async Task The_catalogs_tier_wins_over_the_configurations()
    {
        await using var first = await Deployment.StartAsync();
        var second = first.Options.Again();
        second.Settings["Tenancy:Tiers:any:Isolation"] = "schema";
        second.Settings["Tenancy:Tiers:new:Isolation"] = "schema";
        await using var later = await Deployment.StartAsync(second);
        Assert.Equal(TenantIsolation.Row, later.Catalog.Current.Tiers["any"].Isolation);
        Assert.Equal(TenantIsolation.Schema, later.Catalog.Current.Tiers["new"].Isolation);
    }

    [Fact]
    public async Task A_catalog_that_is_away_keeps_the_last_snapshot_and_comes_back()
    {
        await using var deployment = await Deployment.StartAsync();
        var tenant = await deployment.CreateAsync(TenantIsolation.Row);
        var database = deployment.Options.CatalogDatabase;
        await PrivateCluster.ExecuteAsync("postgres",
            $"alter database {database} allow_connections false; select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '{database}'");
        await UntilAsync(() => deployment.Options.Logs.Messages.Any(message => message.Contains("stays in use", StringComparison.Ordinal)), seconds: 5);
        Assert.True(deployment.Catalog.Current.TryFind(tenant.Id, out _));
        using (deployment.Tenants.Enter(tenant))
            await (await deployment.Data.OpenConnectionAsync()).DisposeAsync();
        await PrivateCluster.ExecuteAsync("postgres", $"alter database {database} allow_connections true");
        await UntilAsync(async () => await Record.ExceptionAsync(() => deployment.Catalog.RefreshAsync()) is null, seconds: 5);
        await deployment.Lifecycle.SuspendAsync(tenant.Id);
    }

    static Task UntilAsync(Func<bool> holds, double seconds = 1) => UntilAsync(() => Task.FromResult(holds()), seconds);

    static async Task UntilAsync(Func<Task<bool>> holds, double seconds = 1)
    {
        var watch = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(seconds), $"Not within {seconds} s.");
            await Task.Delay(10);
        }
    }
}
