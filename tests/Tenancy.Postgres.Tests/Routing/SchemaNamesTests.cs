using System.Data;

namespace Tenancy.Postgres.Tests;

public sealed class SchemaNamesTests
{
    [Fact]
    public async Task The_data_types_of_the_driver_show_no_other_tenants_schema()
    {
        await using var deployment = await Deployment.StartAsync();
        var (a, b) = (await deployment.CreateAsync(TenantIsolation.Schema), await deployment.CreateAsync(TenantIsolation.Schema));
        foreach (var tenant in new[] { a, b })
            await PrivateCluster.ExecuteAsync(tenant.Placement.Database, $"create type {tenant.Placement.Schema}.mood as enum ('good', 'bad')");
        // Another process loads the types that are there by now.
        await using var again = await Deployment.StartAsync(deployment.Options.Again());
        using var scope = again.Tenants.Enter(b);
        await using var connection = await again.Data.OpenConnectionAsync();
        var names = connection.GetSchema("DataTypes").Rows.Cast<DataRow>().Select(row => row["TypeName"].ToString()!).ToArray();
        Assert.Contains(names, name => name.StartsWith(b.Placement.Schema, StringComparison.Ordinal));
        Assert.DoesNotContain(names, name => name.Contains(a.Placement.Schema, StringComparison.Ordinal));
    }
}
