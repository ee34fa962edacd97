using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>EF Core on Tenancy against EF Core on plain Npgsql, contexts from a pool on both sides.</summary>
internal sealed class EntityFramework : IBenchmark
{
    const int Saved = 50;

    public string Name => "ef";

    public string Summary => "EF Core: one row by key, and SaveChanges of 50 rows, against plain Npgsql with a filter by hand";

    public async Task RunAsync(Report report, bool quick)
    {
        report.Say("EF Core, row isolation, 1,000 tenants, a pooled context for each operation.");
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Configure = services =>
            {
                services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
                services.AddPooledTenantDbContextFactory<TenantItems>();
            },
            Migrations = new()
            {
                ["0001_items.sql"] =
                    """
                    create table items ("Id" bigint primary key, "Title" text not null, "Quantity" integer not null default 0);
                    create table postings ("Id" uuid primary key, "Title" text not null, "Quantity" integer not null);
                    select tenancy.isolate('items'), tenancy.isolate('postings');
                    """,
            },
        });
        var tenants = await LoadAsync(deployment);
        await using var plain = await PlainEntityFramework.CreateAsync(tenants);
        var factory = deployment.Services.GetRequiredService<IDbContextFactory<TenantItems>>();

        var query = new Alternation(new Dictionary<string, Func<Random, Task>>
        {
            ["plain"] = plain.QueryAsync,
            ["tenancy"] = random => QueryAsync(deployment, factory, tenants, random),
        }, clients: 1);
        await query.RunAsync(quick ? 5 : 11, TimeSpan.FromMilliseconds(quick ? 500 : 1000));
        Tell(report, query, "one row by its key", "ef.query.vs-plain");

        var save = new Alternation(new Dictionary<string, Func<Random, Task>>
        {
            ["plain"] = plain.SaveAsync,
            ["tenancy"] = random => SaveAsync(deployment, factory, tenants, random),
        }, clients: 1);
        await save.RunAsync(quick ? 5 : 11, TimeSpan.FromMilliseconds(quick ? 500 : 1000));
        Tell(report, save, $"SaveChanges of {Saved} new rows", "ef.save50.vs-plain");
    }

    public static IEnumerable<Posting> Postings() =>
        Enumerable.Range(0, Saved).Select(n => new Posting { Id = Guid.CreateVersion7(), Title = "Saved", Quantity = n });

    public static void Check(Item? item, long id)
    {
        if (item is null || item.Id != id || item.Quantity != id)
            throw new InvalidOperationException("A query by key must find its one row.");
    }

    static async Task QueryAsync(
        Deployment deployment, IDbContextFactory<TenantItems> contexts, IReadOnlyList<Tenant> tenants, Random random)
    {
        using var tenant = deployment.Tenants.Enter(tenants[random.Next(tenants.Count)]);
        var id = random.NextInt64(PointReadData.RowsPerTenant);
        await using var context = await contexts.CreateDbContextAsync();
        Check(await context.Set<Item>().AsNoTracking().FirstOrDefaultAsync(item => item.Id == id), id);
    }

    static async Task SaveAsync(
        Deployment deployment, IDbContextFactory<TenantItems> contexts, IReadOnlyList<Tenant> tenants, Random random)
    {
        using var tenant = deployment.Tenants.Enter(tenants[random.Next(tenants.Count)]);
        await using var context = await contexts.CreateDbContextAsync();
        context.AddRange(Postings());
        await context.SaveChangesAsync();
    }

    static async Task<IReadOnlyList<Tenant>> LoadAsync(Deployment deployment)
    {
        var tenants = await PointReadData.RegisterAsync(deployment);
        var ids = string.Join(", ", tenants.Select(tenant => $"('{tenant.Id}'::uuid)"));
        await PrivateCluster.ExecuteAsync(deployment.SharedDatabase,
            $"""
            insert into app.items (tenant_id, "Id", "Title", "Quantity") select t.id, n, 'Item ' || n, n
            from (values {ids}) as t (id) cross join generate_series(0, {PointReadData.RowsPerTenant - 1}) as n;
            analyze app.items;
            """);
        return tenants;
    }

    static void Tell(Report report, Alternation run, string what, string figure)
    {
        report.Say($"\n{what}, median per second, as a ratio to plain, processor time and allocation of the client for each:");
        foreach (var variant in new[] { "plain", "tenancy" })
        {
            report.Say(string.Create(CultureInfo.InvariantCulture,
                $"  {Spread.Of(run.Rates(variant)).Median,8:N0}  {run.Ratio(variant, "plain").Median:0.00}  " +
                $"{run.Processor(variant),7:0.0} µs  {run.Allocated(variant),8:N0} B  {variant}"));
        }

        report.Figure(figure, run.Ratio("tenancy", "plain"));
    }
}
