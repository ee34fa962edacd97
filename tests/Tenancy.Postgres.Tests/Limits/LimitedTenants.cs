using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>Two tenants of each isolation, one of a tier with limits and one of a tier without, on one connection to a pool.</summary>
public sealed class LimitedTenants : IAsyncLifetime
{
    public static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(400);

    readonly Dictionary<TenantIsolation, Tenant> _limited = [];
    readonly Dictionary<TenantIsolation, Tenant> _free = [];
    Deployment? _deployment;

    public RecordingProxy Proxy { get; } = new();

    public Deployment Deployment => _deployment!;

    public static DeploymentOptions Options(int? port = null, Func<DeploymentOptions, Task>? afterInstall = null) => new()
    {
        Budget = 1,
        Port = port,
        AfterInstall = afterInstall,
        Settings = new()
        {
            ["Tenancy:Tiers:limited:Queries:Timeout"] = "00:00:00.4",
            ["Tenancy:Tiers:limited:Queries:IdleInTransaction"] = "00:00:00.6",
            ["Tenancy:Tiers:limited:Queries:WorkMemoryBytes"] = "131072",
            ["Tenancy:Tiers:limited:Queries:MaxTemporaryBytes"] = "1048576",
            ["Tenancy:Tiers:slow:Queries:Timeout"] = "00:00:30",
        },
    };

    public async Task InitializeAsync()
    {
        _deployment = await Deployment.StartAsync(Options(Proxy.Port));
        foreach (var isolation in Enum.GetValues<TenantIsolation>())
        {
            _limited[isolation] = await CreateAsync("limited", isolation);
            _free[isolation] = await Deployment.CreateAsync(isolation);
        }
    }

    public async Task DisposeAsync()
    {
        if (_deployment is not null)
            await _deployment.DisposeAsync();
        await Proxy.DisposeAsync();
    }

    public Tenant Limited(TenantIsolation isolation) => _limited[isolation];

    public Tenant Free(TenantIsolation isolation) => _free[isolation];

    public Task<Tenant> CreateAsync(string tier, TenantIsolation isolation) => CreateAsync(Deployment, tier, isolation);

    public static Task<Tenant> CreateAsync(Deployment deployment, string tier, TenantIsolation isolation) => deployment.Lifecycle.CreateAsync(
        new TenantSpecification(TenantSlug.Parse($"tenant-{Guid.NewGuid():n}"), "A tenant", tier) { Isolation = isolation });

    public Task<TenantConnection> OpenAsync(Tenant tenant) => OpenAsync(Deployment, tenant);

    public static async Task<TenantConnection> OpenAsync(Deployment deployment, Tenant tenant)
    {
        using var scope = deployment.Tenants.Enter(tenant);
        return await deployment.Data.OpenConnectionAsync();
    }

    /// <summary>The limits in force, as a statement of the tenant's sees them.</summary>
    public static async Task<string> InForceAsync(TenantConnection connection) => (string)(await connection.ScalarAsync(Ask))!;

    public const string Ask =
        "select concat_ws(' ', current_setting('statement_timeout'), current_setting('idle_in_transaction_session_timeout'), current_setting('work_mem'), current_setting('temp_file_limit'))";
}
