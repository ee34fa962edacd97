namespace Tenancy.Postgres.Tests;

/// <summary>
/// Two tenants of each isolation on a primary with a standby, which is named first. Their notes have the same ids, and say
/// whose they are.
/// </summary>
[CollectionDefinition(Name)]
public sealed class ReplicatedTenants : IAsyncLifetime, ICollectionFixture<ReplicatedTenants>
{
    public const string Name = "Replicated tenants";

    public const int Notes = 5;
    public const int ReplicaBudget = 8;

    readonly Dictionary<TenantIsolation, Tenant[]> _tenants = [];
    ReplicatedCluster? _cluster;
    Deployment? _deployment;

    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    public ReplicatedCluster Cluster => _cluster!;

    public Deployment Deployment => _deployment!;

    public Tenant[] this[TenantIsolation isolation] => _tenants[isolation];

    public IEnumerable<Tenant> Tenants => _tenants.Values.SelectMany(static tenants => tenants);

    public async Task InitializeAsync()
    {
        _cluster = await ReplicatedCluster.StartAsync();
        _deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Administrator = _cluster.Primary,
            Host = $"127.0.0.1:{_cluster.StandbyPort},127.0.0.1:{_cluster.PrimaryPort}",
            DropDatabases = false,
            Settings = new() { [$"Tenancy:Postgres:Servers:{Deployment.Server}:ReplicaConnectionBudget"] = $"{ReplicaBudget}" },
        });
        foreach (var isolation in Enum.GetValues<TenantIsolation>())
        {
            _tenants[isolation] = [await _deployment.CreateAsync(isolation), await _deployment.CreateAsync(isolation)];
            foreach (var tenant in _tenants[isolation])
            {
                await using var connection = await OpenAsync(tenant);
                await connection.Command("insert into notes (id, mark) select n, $2 from generate_series(1, $1) as n", Notes, $"{tenant.Id}")
                    .ExecuteNonQueryAsync();
            }
        }
    }

    public async Task DisposeAsync()
    {
        if (_deployment is not null)
            await _deployment.DisposeAsync();
        if (_cluster is not null)
            await _cluster.DisposeAsync();
    }

    public async Task<TenantConnection> OpenAsync(Tenant tenant)
    {
        using var scope = Deployment.Tenants.Enter(tenant);
        return await Deployment.Data.OpenConnectionAsync();
    }

    public async Task<TenantConnection> OpenReaderAsync(Tenant tenant)
    {
        using var scope = Deployment.Tenants.Enter(tenant);
        return await Deployment.Data.ReadOnly.OpenConnectionAsync();
    }

    /// <summary>A connection of the tenant to the standby, as soon as that has caught up.</summary>
    public async Task<TenantConnection> OpenAtStandbyAsync(Tenant tenant)
    {
        for (var tries = 0; ; tries++)
        {
            var connection = await OpenReaderAsync(tenant);
            if (await IsStandbyAsync(connection))
                return connection;
            await connection.DisposeAsync();
            Assert.True(tries < 500, "Reads do not go to the standby: " + string.Join(Environment.NewLine, Deployment.Options.Logs.Messages.TakeLast(5)));
            await Task.Delay(20);
        }
    }

    public static async Task<bool> IsStandbyAsync(TenantConnection connection) =>
        (bool)(await connection.ScalarAsync("select pg_is_in_recovery()"))!;
}
