using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>Two processes' worth of routers over one installation, with tiers that have slots.</summary>
public sealed class SlotTenants : IAsyncLifetime
{
    Deployment? _first;
    Deployment? _second;

    public Deployment First => _first!;

    public Deployment Second => _second!;

    public static DeploymentOptions Options(ProtectionLevel level = ProtectionLevel.Latched, PgBouncer? pooler = null) => new()
    {
        Level = level,
        Pooler = pooler,
        // For how long one waits.
        ConnectionSettings = "Timeout=2",
        Settings = SlotProbe.Tiers(),
    };

    public async Task InitializeAsync()
    {
        _first = await Deployment.StartAsync(Options());
        _second = await Deployment.StartAsync(_first.Options.Again());
    }

    public async Task DisposeAsync()
    {
        if (_second is not null)
            await _second.DisposeAsync();
        if (_first is not null)
            await _first.DisposeAsync();
    }

    public Task<Tenant> CreateAsync(string tier, TenantIsolation isolation) => CreateAsync(First, Second, tier, isolation);

    public static async Task<Tenant> CreateAsync(Deployment first, Deployment second, string tier, TenantIsolation isolation)
    {
        var tenant = await first.Lifecycle.CreateAsync(
            new TenantSpecification(TenantSlug.Parse($"tenant-{Guid.NewGuid():n}"), "A tenant", tier) { Isolation = isolation });
        await second.Catalog.RefreshAsync();
        return tenant;
    }

    public static Task<TenantConnection> OpenAsync(Deployment deployment, Tenant tenant) => LimitedTenants.OpenAsync(deployment, tenant);

    /// <summary>Waits until somebody found all slots taken.</summary>
    public static async Task ShortAsync(TenantConnection connection)
    {
        for (var i = 0; i < 2000 && !connection.AreSlotsShort; i++)
            await Task.Delay(5);
        Assert.True(connection.AreSlotsShort);
    }

    /// <summary>How many slots are held where a tenant is, as the server lists its locks.</summary>
    public static async Task<long> HeldAsync(Tenant tenant)
    {
        await using var administrator = await PrivateCluster.OpenAsync(tenant.Placement.Database);
        await using var command = new NpgsqlCommand(
            """
            select count(*) from pg_locks l, tenancy.slot_seed s, generate_series(0, 15) i
            where l.locktype = 'advisory' and l.objsubid = 2 and l.database = (select oid from pg_database where datname = current_database())
              and l.classid::int8 = (uuid_hash_extended($1, s.seed) >> 32 & 4294967295) and l.objid::int8 = ((uuid_hash_extended($1, s.seed) & 4294967295) # i)
            """, administrator) { Parameters = { new() { Value = tenant.Id.Value } } };
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
