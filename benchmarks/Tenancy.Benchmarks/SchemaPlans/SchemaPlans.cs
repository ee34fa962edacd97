using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>
/// Under schema isolation a session plans a prepared statement anew whenever the tenant changes. What that costs, and what it
/// is worth that a tenant gets the session back which it used last.
/// </summary>
internal sealed class SchemaPlans : IBenchmark
{
    const int Sessions = 8;

    const string Tables =
        """
        create table customers (id bigint primary key, name text not null);
        create table orders (id bigint primary key, customer_id bigint not null, placed int not null);
        create table lines (id bigint primary key, order_id bigint not null, cents bigint not null);
        create index on orders (customer_id);
        create index on lines (order_id);
        select tenancy.isolate('customers'), tenancy.isolate('orders'), tenancy.isolate('lines');
        """;

    const string Statement =
        """
        select c.name, o.placed, l.cents from customers c
        join orders o on o.customer_id = c.id join lines l on l.order_id = o.id
        where c.id = $1 order by l.id
        """;

    public string Name => "schema-plans";

    public string Summary => "schema isolation: one tenant, as many as there are sessions, and many more; prepared or not";

    public async Task RunAsync(Report report, bool quick)
    {
        var many = quick ? 40 : 200;
        await using var prepared = await StartAsync(100);
        await using var unprepared = await StartAsync(0);
        var tenants = await FillAsync(prepared, many);
        var others = await FillAsync(unprepared, many);
        // Without a peak there would be one session, and all would share it.
        await OpenAsync(prepared, tenants);
        await OpenAsync(unprepared, others);
        report.Say($"A join of three tables, 1 client, {Sessions} sessions open.");

        var (turn, wide, plain) = (0, 0, 0);
        var run = new Alternation(new Dictionary<string, Func<Random, Task>>
        {
            ["one"] = random => ReadAsync(prepared, tenants[0], random),
            ["few"] = random => ReadAsync(prepared, tenants[turn++ % Sessions], random),
            ["many"] = random => ReadAsync(prepared, tenants[wide++ % many], random),
            ["unprepared"] = random => ReadAsync(unprepared, others[plain++ % many], random),
        }, clients: 1);
        await run.RunAsync(quick ? 3 : 11, TimeSpan.FromMilliseconds(quick ? 400 : 1000));
        foreach (var (variant, how) in new[]
                 {
                     ("one", "one tenant"), ("few", $"{Sessions} tenants in turn"), ("many", $"{many} tenants in turn"),
                     ("unprepared", $"{many} tenants in turn, MaxAutoPrepare 0"),
                 })
        {
            report.Say(string.Create(CultureInfo.InvariantCulture, $"  {1e6 / Spread.Of(run.Rates(variant)).Median,8:N0} µs  {how}"));
        }

        report.Figure("schema-plans.few.vs-one", run.Ratio("few", "one"));
        report.Figure("schema-plans.many.vs-one", run.Ratio("many", "one"));
        report.Figure("schema-plans.unprepared.vs-prepared", run.Ratio("unprepared", "many"));
    }

    static Task<Deployment> StartAsync(int maxAutoPrepare) => Deployment.StartAsync(new DeploymentOptions
    {
        Configure = services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning)),
        Migrations = new() { ["0001_shop.sql"] = Tables },
        MaxAutoPrepare = maxAutoPrepare,
        Budget = Sessions,
    });

    static async Task<Tenant[]> FillAsync(Deployment deployment, int count)
    {
        var tenants = new Tenant[count];
        for (var i = 0; i < count; i++)
        {
            tenants[i] = await deployment.CreateAsync(TenantIsolation.Schema);
            var (id, schema) = (tenants[i].Id, tenants[i].Placement.Schema);
            await PrivateCluster.ExecuteAsync(deployment.SharedDatabase,
                $"""
                insert into {schema}.customers (tenant_id, id, name) select '{id}', n, 'Customer ' || n from generate_series(0, 19) as n;
                insert into {schema}.orders (tenant_id, id, customer_id, placed) select '{id}', n, n / 5, n from generate_series(0, 99) as n;
                insert into {schema}.lines (tenant_id, id, order_id, cents) select '{id}', n, n / 2, n from generate_series(0, 199) as n;
                analyze {schema}.customers, {schema}.orders, {schema}.lines;
                """);
        }

        return tenants;
    }

    static async Task OpenAsync(Deployment deployment, Tenant[] tenants)
    {
        var open = new List<TenantConnection>();
        foreach (var tenant in tenants.Take(Sessions))
        {
            using var scope = deployment.Tenants.Enter(tenant);
            open.Add(await deployment.Data.OpenConnectionAsync());
        }

        foreach (var connection in open)
            await connection.DisposeAsync();
    }

    static async Task ReadAsync(Deployment deployment, Tenant tenant, Random random)
    {
        using var scope = deployment.Tenants.Enter(tenant);
        await using var connection = await deployment.Data.OpenConnectionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = Statement;
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = random.Next(20) });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = 0;
        while (await reader.ReadAsync())
            rows++;
        if (rows != 10)
            throw new InvalidOperationException($"The query found {rows} rows instead of 10, so it measures something else.");
    }
}
