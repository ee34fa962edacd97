using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>A thousand tenants that share a table, put there in bulk.</summary>
internal static class PointReadData
{
    public const int Tenants = 1000;

    public const int RowsPerTenant = 100;

    /// <summary>Puts the tenants into the catalog.</summary>
    public static async Task<IReadOnlyList<Tenant>> RegisterAsync(Deployment deployment)
    {
        await PrivateCluster.ExecuteAsync(deployment.Options.CatalogDatabase,
            $"""
            insert into tenancy_catalog.tenants (id, slug, name, tier, status, isolation, server, database, schema, created)
            select gen_random_uuid(), 'tenant-' || n, 'Tenant ' || n, 'any', 'active', 'row', '{Deployment.Server}', '{deployment.SharedDatabase}', 'app', now()
            from generate_series(1, {Tenants}) as n
            """);
        return [.. (await deployment.Catalog.RefreshAsync()).Tenants];
    }

    public static async Task<IReadOnlyList<Tenant>> LoadAsync(Deployment deployment)
    {
        var tenants = await RegisterAsync(deployment);
        var ids = string.Join(", ", tenants.Select(tenant => $"('{tenant.Id}'::uuid)"));
        await PrivateCluster.ExecuteAsync(deployment.SharedDatabase,
            $"""
            insert into app.items (tenant_id, id, title) select t.id, n, 'Item ' || n
            from (values {ids}) as t (id) cross join generate_series(0, {RowsPerTenant - 1}) as n;
            analyze app.items;
            """);
        return tenants;
    }
}
