using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>A deployment with one tenant of each isolation, each with five notes. Shared by the tests of a class.</summary>
public class TenantOfEach : IAsyncLifetime
{
    public const int Notes = 5;

    readonly Dictionary<TenantIsolation, Tenant> _tenants = [];
    Deployment? _deployment;

    public static TheoryData<TenantIsolation> Isolations => new(Enum.GetValues<TenantIsolation>());

    public Deployment Deployment => _deployment!;

    protected virtual DeploymentOptions Options => new() { Budget = 4 };

    public Tenant this[TenantIsolation isolation] => _tenants[isolation];

    public virtual async Task InitializeAsync()
    {
        _deployment = await Deployment.StartAsync(Options);
        foreach (var isolation in Enum.GetValues<TenantIsolation>())
        {
            _tenants[isolation] = await _deployment.CreateAsync(isolation);
            await using var connection = await OpenAsync(isolation);
            await connection.Command("insert into notes (id, mark) select n, 'note ' || n from generate_series(1, $1) as n", Notes)
                .ExecuteNonQueryAsync();
        }
    }

    public virtual async Task DisposeAsync()
    {
        if (_deployment is not null)
            await _deployment.DisposeAsync();
    }

    /// <summary>A connection of the tenant of an isolation.</summary>
    public async Task<TenantConnection> OpenAsync(TenantIsolation isolation)
    {
        using var scope = Deployment.Tenants.Enter(this[isolation]);
        return await Deployment.Data.OpenConnectionAsync();
    }

    /// <summary>How many connections the pool of an isolation has handed out, as the server counts those that are busy.</summary>
    public async Task<long> OpenTransactionsAsync(TenantIsolation isolation)
    {
        await using var administrator = await PrivateCluster.OpenAsync(this[isolation].Placement.Database);
        await using var command = new NpgsqlCommand(
            "select count(*) from pg_stat_activity where datname = current_database() and xact_start is not null and pid <> pg_backend_pid() and backend_type = 'client backend'",
            administrator);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
