using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.Postgres.Tests;

/// <summary>A deployment whose tenants' storage is measured when a test says so.</summary>
public sealed class StoredTenants : IAsyncLifetime
{
    public Deployment Deployment { get; private set; } = null!;

    public Told Heard { get; } = new();

    internal TenantStorage Storage => Deployment.Services.GetRequiredService<TenantStorage>();

    public async Task InitializeAsync() => Deployment = await Deployment.StartAsync(new DeploymentOptions
    {
        Settings = new() { ["Tenancy:Postgres:Storage:Interval"] = "01:00:00", ["Tenancy:Tiers:any:Storage:GracePercent"] = "0" },
        Configure = services => services.AddSingleton<ITenantStorageObserver>(new Failing()).AddSingleton<ITenantStorageObserver>(Heard),
    });

    public async Task DisposeAsync() => await Deployment.DisposeAsync();

    public async Task<TenantConnection> OpenAsync(Tenant tenant)
    {
        using var scope = Deployment.Tenants.Enter(tenant);
        return await Deployment.Data.OpenConnectionAsync();
    }

    /// <summary>Adds notes, with ids that every tenant has, of 500 characters.</summary>
    public async Task FillAsync(Tenant tenant, int from, int to)
    {
        await using var connection = await OpenAsync(tenant);
        await connection.Command("insert into notes (id, mark) select n, repeat('x', 500) from generate_series($1, $2) as n", from, to).ExecuteNonQueryAsync();
    }

    /// <summary>Says what a tenant may store.</summary>
    public async Task<Tenant> LimitAsync(Tenant tenant, string storage)
    {
        Deployment.Catalog.Current.TryFind(tenant.Id, out var now);
        return await Deployment.Services.GetRequiredService<ITenantCatalogWriter>().UpdateAsync(now! with
        {
            Settings = TenantSettings.Parse("{\"limits\":{\"storage\":{" + storage + "}}}"),
        });
    }

    public Task<Tenant> LimitAsync(Tenant tenant, long bytes, int gracePercent = 0, string gracePeriod = "1.00:00:00") => LimitAsync(
        tenant, string.Create(CultureInfo.InvariantCulture, $"\"quotaBytes\":{bytes},\"gracePercent\":{gracePercent},\"gracePeriod\":\"{gracePeriod}\""));

    /// <summary>What the background does once in an interval.</summary>
    public async Task MeasureAllAsync()
    {
        var snapshot = Deployment.Catalog.Current;
        foreach (var server in TenantStorage.WithQuota(snapshot))
            await Storage.MeasureAsync(server.Key, [.. server], snapshot, default);
    }

    public sealed class Told : ITenantStorageObserver
    {
        readonly ConcurrentQueue<StorageThreshold> _thresholds = new();

        public (StorageResource Resource, int Percent)[] Of(Tenant tenant) =>
            [.. _thresholds.Where(threshold => threshold.Tenant.Id == tenant.Id).Select(static threshold => (threshold.Resource, threshold.Percent))];

        public ValueTask OnThresholdAsync(StorageThreshold threshold, CancellationToken cancellationToken)
        {
            _thresholds.Enqueue(threshold);
            return default;
        }
    }

    sealed class Failing : ITenantStorageObserver
    {
        public ValueTask OnThresholdAsync(StorageThreshold threshold, CancellationToken cancellationToken) => throw new InvalidOperationException("Broken.");
    }
}
