using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Tenancy.TestKit;

namespace Tenancy.Benchmarks;

/// <summary>What <c>where tenant_id = @tenant</c> beside the policy is worth, where one tenant is far bigger than the others.</summary>
internal sealed class ExplicitFilter : IBenchmark
{
    const int SmallTenants = 1000;

    const string Tables =
        """
        create table customers (id bigint primary key, country int not null);
        create table orders (id bigint primary key, customer_id bigint not null, placed int not null);
        create table lines (id bigint primary key, order_id bigint not null, cents bigint not null);
        create index on orders (customer_id);
        create index on lines (order_id);
        select tenancy.isolate('customers'), tenancy.isolate('orders'), tenancy.isolate('lines');
        """;

    /// <summary>The whole of a tenant's data, as a report reads it.</summary>
    const string Report =
        """
        select c.country, count(*), sum(l.cents) from customers c
        join orders o on o.customer_id = c.id
        join lines l on l.order_id = o.id
        """;

    /// <summary>A customer's last orders, as a page shows them.</summary>
    const string Page =
        """
        select o.id, sum(l.cents) from orders o
        join lines l on l.order_id = o.id
        where o.customer_id = {0} {1} group by o.id order by o.id desc limit 10
        """;

    const string ReportFilter = " where c.tenant_id = {0} and o.tenant_id = {0} and l.tenant_id = {0}";

    const string PageFilter = "and o.tenant_id = {0} and l.tenant_id = {0}";

    public string Name => "filter";

    public string Summary => "where tenant_id = @tenant beside the policy: a report over a whole big tenant, and a page of it";

    public async Task RunAsync(Report report, bool quick)
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Configure = services => services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning)),
            Migrations = new() { ["0001_shop.sql"] = Tables },
            // Compiling a report costs more than running it, and the shapes of the plans are what is compared.
            AfterInstall = options => PrivateCluster.ExecuteAsync("postgres", $"alter database {options.SharedDatabase} set jit = off"),
        });
        var big = await deployment.CreateAsync(TenantIsolation.Row);
        var customers = quick ? 1000 : 10_000;
        await LoadAsync(deployment.SharedDatabase, big, customers);
        report.Say($"A tenant of {customers:N0} customers, {customers * 10:N0} orders and {customers * 20:N0} lines among {SmallTenants} tenants of 10 customers.");
        // The same tables to a login that no policy binds, with the tenant written into the text.
        await using var plain = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(PrivateCluster.Administrator)
        {
            Database = deployment.SharedDatabase, SearchPath = "app", MaxAutoPrepare = 100,
        });

        await CompareAsync(report, "report", 1, quick, deployment, plain, big, (filter, _) => Report
            + (filter is null ? "" : Fill(ReportFilter, filter)) + " group by c.country");
        await CompareAsync(report, "page", 1, quick, deployment, plain, big, (filter, random) =>
            Fill(Page, "@customer", filter is null ? "" : Fill(PageFilter, filter)), customers);
    }

    static async Task CompareAsync(
        Report report, string what, int clients, bool quick, Deployment deployment, NpgsqlDataSource plain, Tenant tenant,
        Func<string?, Random?, string> text, int customers = 0)
    {
        var byHand = text($"'{tenant.Id}'", null);
        var (policy, both) = (text(null, null), text("@tenant", null));
        var run = new Alternation(new Dictionary<string, Func<Random, Task>>
        {
            ["plain"] = async random =>
            {
                await using var connection = await plain.OpenConnectionAsync();
                await ReadAsync(connection, byHand, random, customers);
            },
            ["policy"] = random => ReadAsync(deployment, tenant, policy, random, customers),
            ["both"] = random => ReadAsync(deployment, tenant, both, random, customers),
        }, clients);
        await run.RunAsync(quick ? 3 : 11, TimeSpan.FromMilliseconds(quick ? 500 : 1500));
        foreach (var variant in new[] { "plain", "policy", "both" })
        {
            report.Say(string.Create(CultureInfo.InvariantCulture,
                $"  {what,-8} {variant,-8} {1000 / Spread.Of(run.Rates(variant)).Median:0.00} ms"));
        }

        report.Figure($"filter.{what}.policy.vs-plain", run.Ratio("policy", "plain"));
        report.Figure($"filter.{what}.both.vs-plain", run.Ratio("both", "plain"));
    }

    static async Task ReadAsync(Deployment deployment, Tenant tenant, string text, Random random, int customers)
    {
        using var scope = deployment.Tenants.Enter(tenant);
        await using var connection = await deployment.Data.OpenConnectionAsync();
        await ReadAsync(connection, text, random, customers);
    }

    static async Task ReadAsync(System.Data.Common.DbConnection connection, string text, Random random, int customers)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        if (customers > 0)
            command.Parameters.Add(new NpgsqlParameter<long>("customer", random.Next(customers)));
        await using var reader = await command.ExecuteReaderAsync();
        var rows = 0;
        while (await reader.ReadAsync())
            rows++;
        if (rows == 0)
            throw new InvalidOperationException("The query found nothing, so it measures nothing.");
    }

    static async Task LoadAsync(string database, Tenant big, int customers) => await PrivateCluster.ExecuteAsync(database,
        $"""
        create temporary table t as select '{big.Id}'::uuid as id, {customers} as customers
        union all select gen_random_uuid(), 10 from generate_series(1, {SmallTenants});
        insert into app.customers (tenant_id, id, country) select t.id, n, n % 20 from t cross join lateral generate_series(0, t.customers - 1) as n;
        insert into app.orders (tenant_id, id, customer_id, placed) select t.id, n, n / 10, n from t cross join lateral generate_series(0, t.customers * 10 - 1) as n;
        insert into app.lines (tenant_id, id, order_id, cents) select t.id, n, n / 2, n from t cross join lateral generate_series(0, t.customers * 20 - 1) as n;
        analyze app.customers, app.orders, app.lines;
        """);

    static string Fill(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
