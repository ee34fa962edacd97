using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.Postgres.Tests;

/// <summary>The budget changes while the host runs.</summary>
public sealed class BudgetChangeTests
{
    const string Key = $"Tenancy:Postgres:Servers:{Deployment.Server}:ConnectionBudget";

    [Fact]
    public async Task A_smaller_budget_closes_what_is_too_many_and_a_larger_one_lets_those_who_wait_in()
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Settings = new() { [Key] = "12", [SharedPoolSize] = "8" } });
        var tenants = new List<Tenant>();
        for (var i = 0; i < 8; i++)
            tenants.Add(await deployment.CreateAsync(TenantIsolation.Row));
        var held = new List<TenantConnection>();
        foreach (var tenant in tenants)
            held.Add(await OpenAsync(deployment, tenant));
        Assert.Equal(8, Snapshot(deployment).Used);

        Change(deployment, "8");
        Assert.Equal(4, Snapshot(deployment).Budget);
        foreach (var connection in held)
            await connection.DisposeAsync();
        var kept = Snapshot(deployment);
        Assert.InRange(kept.Pools.Sum(pool => pool.Open), 1, 4);

        held.Clear();
        foreach (var tenant in tenants.Take(4))
            held.Add(await OpenAsync(deployment, tenant));
        var waiting = OpenAsync(deployment, tenants[4]);
        await Task.Delay(100);
        Assert.False(waiting.IsCompleted);
        Change(deployment, "9");
        await using (var let = await waiting.WaitAsync(TimeSpan.FromSeconds(10)))
            Assert.Equal(1, await let.Command("select 1").ExecuteScalarAsync());
        foreach (var connection in held)
            await connection.DisposeAsync();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("4")]
    [InlineData("many")]
    [InlineData("10001")]
    public async Task A_mistake_leaves_the_last_good_budget_in_force(string mistake)
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Settings = new() { [Key] = "12", [SharedPoolSize] = "8" } });
        Change(deployment, mistake);
        Assert.Equal(8, Snapshot(deployment).Budget);
        if (mistake != "many")
            Assert.Contains(deployment.Options.Logs.Messages, message => message.Contains(" 2003 ", StringComparison.Ordinal));
        Change(deployment, "13");
        Assert.Equal(9, Snapshot(deployment).Budget);
    }

    const string SharedPoolSize = $"Tenancy:Postgres:Servers:{Deployment.Server}:SharedPoolSize";

    static void Change(Deployment deployment, string budget)
    {
        var configuration = (IConfigurationRoot)deployment.Services.GetRequiredService<IConfiguration>();
        configuration[Key] = budget;
        configuration.Reload();
    }

    static async Task<TenantConnection> OpenAsync(Deployment deployment, Tenant tenant)
    {
        using var scope = deployment.Tenants.Enter(tenant);
        return await deployment.Data.OpenConnectionAsync();
    }

    static ServerDiagnostics Snapshot(Deployment deployment) =>
        Assert.Single(deployment.Services.GetRequiredService<TenancyDiagnostics>().Snapshot());
}
