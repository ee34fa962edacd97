namespace Tenancy.Postgres.Tests;

/// <summary>Tenants of each isolation whose results may have ten million bytes, or a thousand, or any number.</summary>
public sealed class SizedTenants : IAsyncLifetime
{
    public const long Most = 10_000_000;

    readonly Dictionary<(string, TenantIsolation), Tenant> _tenants = [];
    Deployment? _deployment;

    public Deployment Deployment => _deployment!;

    public async Task InitializeAsync()
    {
        _deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Budget = 4,
            Settings = new()
            {
                ["Tenancy:Tiers:large:Queries:MaxResultBytes"] = "10000000",
                ["Tenancy:Tiers:small:Queries:MaxResultBytes"] = "1000",
            },
        });
        foreach (var isolation in Enum.GetValues<TenantIsolation>())
        {
            foreach (var tier in new[] { "large", "small", "any" })
                _tenants[(tier, isolation)] = await LimitedTenants.CreateAsync(Deployment, tier, isolation);
        }
    }

    public async Task DisposeAsync()
    {
        if (_deployment is not null)
            await _deployment.DisposeAsync();
    }

    public Task<TenantConnection> OpenAsync(string tier, TenantIsolation isolation = TenantIsolation.Row) =>
        LimitedTenants.OpenAsync(Deployment, _tenants[(tier, isolation)]);
}
