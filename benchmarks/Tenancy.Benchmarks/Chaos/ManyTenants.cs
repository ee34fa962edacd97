using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>Whether memory stays flat when every one of very many tenants is served, again and again.</summary>
internal static class ManyTenants
{
    public static async Task RunAsync(Report report, bool quick)
    {
        var count = quick ? 5_000 : 100_000;
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Configure = services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Error)),
        });
        await PrivateCluster.ExecuteAsync(deployment.Options.CatalogDatabase,
            $"""
            insert into tenancy_catalog.tenants (id, slug, name, tier, status, isolation, server, database, schema, created)
            select gen_random_uuid(), 'tenant-' || n, 'Tenant ' || n, 'any', 'active', 'row', '{Deployment.Server}', '{deployment.SharedDatabase}', 'app', now()
            from generate_series(1, {count}) as n
            """);
        var tenants = (await deployment.Catalog.RefreshAsync()).Tenants.ToArray();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await VisitAsync(deployment, tenants);
        var first = GC.GetTotalMemory(forceFullCollection: true);
        for (var round = 0; round < 2; round++)
            await VisitAsync(deployment, tenants);
        var last = GC.GetTotalMemory(forceFullCollection: true);
        report.Say(string.Create(CultureInfo.InvariantCulture,
            $"{count:N0} tenants served: {(first - before) / (double)count:N0} B for each the first time, {(last - first) / (double)count:N1} B for each in two rounds more."));
        report.Figure("chaos.tenant-bytes", Spread.Of([(first - before) / (double)count]));
        report.Figure("chaos.growth-bytes", Spread.Of([(last - first) / (double)count]));
    }

    static Task VisitAsync(Deployment deployment, Tenant[] tenants) => Parallel.ForEachAsync(
        tenants, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (tenant, stop) =>
        {
            using var scope = deployment.Tenants.Enter(tenant);
            await using var connection = await deployment.Data.OpenConnectionAsync(stop);
            await using var command = connection.CreateCommand();
            command.CommandText = "select id from notes where id = 1";
            await command.ExecuteScalarAsync(stop);
        });
}
