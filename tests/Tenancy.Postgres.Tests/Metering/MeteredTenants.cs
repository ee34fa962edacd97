using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.Postgres.Tests;

/// <summary>A deployment whose usage is written when a test says so, and read.</summary>
public sealed class MeteredTenants : IAsyncLifetime
{
    public static readonly Dictionary<string, string?> EveryMinute = new()
    {
        ["Tenancy:Metering:FlushInterval"] = "00:01:00", ["Tenancy:Tiers:measured:Queries:MaxResultBytes"] = "1000000",
    };

    public Deployment Deployment { get; private set; } = null!;

    public IUsageHistory History => Deployment.Services.GetRequiredService<IUsageHistory>();

    public IUsageLedger Ledger => Deployment.Services.GetRequiredService<IUsageLedger>();

    public async Task InitializeAsync() => Deployment = await Deployment.StartAsync(new DeploymentOptions { Settings = EveryMinute });

    public async Task DisposeAsync() => await Deployment.DisposeAsync();

    public async Task<UsageAmounts> UsedAsync(TenantId tenant)
    {
        Assert.True(await Deployment.FlushUsageAsync());
        return (await History.SumAsync(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue)).SingleOrDefault(entry => entry.Tenant == tenant).Amounts;
    }

    /// <summary>Adds to one minute, as a process of its own would.</summary>
    public Task AddAsync(TenantId tenant, DateTimeOffset minute, UsageAmounts amounts) =>
        Ledger.AddAsync(new UsageBatch(Guid.NewGuid(), 1, minute, [new UsageEntry(tenant, amounts)]));

    internal UsageUpkeep Upkeep(DateTimeOffset now, params IUsageObserver[] observers) =>
        ActivatorUtilities.CreateInstance<UsageUpkeep>(Deployment.Services, new FixedTime(now), observers.AsEnumerable());

    sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
