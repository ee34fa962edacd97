using System.Runtime.CompilerServices;

namespace Tenancy.Postgres.Tests;

public sealed class RouteMemoryTests
{
    [Fact]
    public async Task A_route_that_is_not_used_again_keeps_no_old_catalog_alive()
    {
        await using var deployment = await Deployment.StartAsync();
        var tenant = await deployment.CreateAsync(TenantIsolation.Row);
        var old = UseAndForget(deployment, tenant);
        for (var tries = 0; tries < 20 && old.IsAlive; tries++)
        {
            await deployment.Catalog.RefreshAsync();
            GC.Collect();
            await Task.Delay(50);
        }

        Assert.False(old.IsAlive, "A catalog that was replaced is still held.");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static WeakReference UseAndForget(Deployment deployment, Tenant tenant)
    {
        using var scope = deployment.Tenants.Enter(tenant);
        // Twice: a route is noted as current when it is met again.
        for (var i = 0; i < 2; i++)
            deployment.Data.OpenConnection().Dispose();
        return new WeakReference(deployment.Catalog.Current);
    }
}
