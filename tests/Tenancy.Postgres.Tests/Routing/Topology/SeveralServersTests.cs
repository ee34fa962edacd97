using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.Postgres.Tests;

/// <summary>Tenants of one deployment on two servers.</summary>
[Collection(ReplicatedTenants.Name)]
public sealed class SeveralServersTests(ReplicatedTenants replicated)
{
    [Fact]
    public async Task Each_tenant_is_reached_where_it_was_placed_and_each_server_has_its_budget()
    {
        const string Other = "test-2";
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            MoreServers = { [Other] = replicated.Cluster.Primary },
            Settings = new() { [$"Tenancy:Postgres:Servers:{Other}:ConnectionBudget"] = "5" },
        });
        var tenants = new List<Tenant>();
        foreach (var isolation in Enum.GetValues<TenantIsolation>())
        {
            foreach (var server in new[] { Deployment.Server, Other })
                tenants.Add(await deployment.CreateAsync(isolation, server: server));
        }

        // The same ids everywhere; in turn, so that a connection which went to the other server would show.
        foreach (var tenant in tenants)
            Assert.Equal(1, await DoAsync(tenant, connection => connection.Command("insert into notes (id, mark) values (1, $1)", $"{tenant.Id}").ExecuteNonQueryAsync()));
        for (var round = 0; round < 3; round++)
        {
            foreach (var tenant in tenants)
            {
                Assert.Equal($"{tenant.Id}", await DoAsync(tenant, connection => connection.ScalarAsync("select string_agg(mark, '|') from notes")));
                var port = await DoAsync(tenant, connection => connection.ScalarAsync("select inet_server_port()"));
                Assert.Equal(tenant.Placement.Server == Other, replicated.Cluster.PrimaryPort.Equals(port));
            }
        }

        var servers = deployment.Services.GetRequiredService<TenancyDiagnostics>().Snapshot();
        Assert.Equal([Deployment.Server, Other], servers.Select(server => server.Server));
        Assert.Equal(5, servers[1].Budget);
        Assert.All(servers, server => Assert.Equal(3, server.Tenants.Count));
        foreach (var tenant in tenants)
            await deployment.Lifecycle.DeleteAsync(tenant.Id);

        async Task<T> DoAsync<T>(Tenant tenant, Func<TenantConnection, Task<T>> work)
        {
            using var scope = deployment.Tenants.Enter(tenant);
            await using var connection = await deployment.Data.OpenConnectionAsync();
            return await work(connection);
        }
    }
}
