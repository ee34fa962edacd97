using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.PoolSizing;

/// <summary>The tenants of a sweep, made once; each point uses as many of them as it says.</summary>
internal sealed class Fleet
{
    public const int RowsPerTenant = 100;

    public const string Migration = "create table items (id bigint primary key, title text not null); select tenancy.isolate('items');";

    static readonly TenantIsolation[] All = [TenantIsolation.Row, TenantIsolation.Schema, TenantIsolation.Database];

    readonly Dictionary<TenantIsolation, Tenant[]> _tenants = [];

    /// <summary>Tenants that have to be made.</summary>
    public static int CountFor(SizingOptions options) => All.Sum(isolation => CountOf(isolation, options));

    public static async Task<Fleet> CreateAsync(Deployment deployment, SizingOptions options, Action made, CancellationToken stop)
    {
        var fleet = new Fleet();
        foreach (var isolation in All)
        {
            var tenants = new Tenant[CountOf(isolation, options)];
            await Parallel.ForAsync(0, tenants.Length, new ParallelOptions { MaxDegreeOfParallelism = 2, CancellationToken = stop }, async (i, token) =>
            {
                tenants[i] = await CreateAsync(deployment, isolation, i, token);
                made();
            });
            fleet._tenants[isolation] = tenants;
        }

        await PrivateCluster.ExecuteAsync(deployment.SharedDatabase, "analyze app.items");
        return fleet;
    }

    /// <summary>So many tenants, the most popular first. Popularity has nothing to do with isolation.</summary>
    public IReadOnlyList<Tenant> Of(FleetKind kind, int count) => kind == FleetKind.Mixed
        ? [.. Enumerable.Range(0, count).Select(rank => _tenants[All[rank % All.Length]][rank / All.Length])]
        : _tenants[IsolationOf(kind)][..count];

    static int CountOf(TenantIsolation isolation, SizingOptions options)
    {
        var most = options.Tenants.Max();
        var alone = options.Isolations.Any(kind => kind != FleetKind.Mixed && IsolationOf(kind) == isolation);
        return alone ? most : options.Isolations.Contains(FleetKind.Mixed) ? (most + All.Length - 1) / All.Length : 0;
    }

    static TenantIsolation IsolationOf(FleetKind kind) => kind switch
    {
        FleetKind.Row => TenantIsolation.Row,
        FleetKind.Schema => TenantIsolation.Schema,
        _ => TenantIsolation.Database,
    };

    static async Task<Tenant> CreateAsync(Deployment deployment, TenantIsolation isolation, int number, CancellationToken stop)
    {
        var slug = TenantSlug.Parse($"{isolation.ToString().ToLowerInvariant()}-{number}");
        var tenant = await deployment.Lifecycle.CreateAsync(new TenantSpecification(slug, "A tenant", "any") { Isolation = isolation }, stop);
        using var scope = deployment.Tenants.Enter(tenant);
        await using var connection = await deployment.Data.OpenConnectionAsync(stop);
        await using var command = connection.CreateCommand();
        command.CommandText = "insert into items (id, title) select n, $1 || ' ' || n from generate_series(0, $2) as n";
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = slug.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = RowsPerTenant - 1 });
        await command.ExecuteNonQueryAsync(stop);
        return tenant;
    }
}
