using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>Which idle session a tenant gets: what one has planned for a tenant's own tables is worth something to that tenant only.</summary>
public sealed class AffinityTests : IDisposable
{
    readonly StillTime _time = new();
    readonly RouterMetrics _metrics = new();
    readonly ServerBudget _budget;
    readonly SessionPool _pool;

    public AffinityTests()
    {
        _budget = new ServerBudget("affinity", 3, _time, _metrics);
        _pool = new SessionPool(_budget, "shared", capacity: 3, isShared: true);
    }

    [Fact]
    public void A_tenant_with_tables_of_its_own_gets_the_session_it_used_last()
    {
        var tenants = new[] { Tenant(), Tenant(), Tenant() };
        var sessions = tenants.Select(Idle).ToArray();
        foreach (var i in new[] { 2, 0, 1, 1, 0, 2 })
            Assert.Same(sessions[i], Use(tenants[i]));
    }

    [Fact]
    public void Another_gets_the_one_that_was_not_needed_for_longest()
    {
        var tenants = new[] { Tenant(), Tenant(), Tenant() };
        var sessions = tenants.Select(Idle).ToArray();
        Use(tenants[0]);
        var newcomer = Tenant();
        Assert.Same(sessions[1], Use(newcomer));
        // It is the newcomer's from now on; whose it was takes the next, and the first keeps its own.
        Assert.Same(sessions[1], Use(newcomer));
        Assert.Same(sessions[2], Use(tenants[1]));
        Assert.Same(sessions[0], Use(tenants[0]));
    }

    [Fact]
    public void A_tenant_of_shared_tables_gets_the_first_so_that_the_others_can_grow_old()
    {
        var sessions = new[] { Tenant(), Tenant() }.Select(Idle).ToArray();
        var row = _budget.ShareOf(TenantId.Create(TimeProvider.System));
        for (var i = 0; i < 3; i++)
            Assert.Same(sessions[0], Use(row));
    }

    [Fact]
    public async Task On_the_server_each_tenant_comes_back_to_its_backend()
    {
        await using var deployment = await Deployment.StartAsync();
        var tenants = new List<Tenant>();
        for (var i = 0; i < 3; i++)
            tenants.Add(await deployment.CreateAsync(TenantIsolation.Schema));
        var connections = tenants.Select(tenant => Open(deployment, tenant)).ToArray();
        var backends = connections.Select(Backend).ToArray();
        Assert.Equal(3, backends.Distinct().Count());
        foreach (var connection in connections)
            connection.Dispose();
        foreach (var i in new[] { 1, 2, 0, 0, 2, 1 })
        {
            using var again = Open(deployment, tenants[i]);
            Assert.Equal(backends[i], Backend(again));
        }
    }

    public void Dispose()
    {
        _budget.Dispose();
        _metrics.Dispose();
    }

    static TenantConnection Open(Deployment deployment, Tenant tenant)
    {
        using var scope = deployment.Tenants.Enter(tenant);
        return (TenantConnection)deployment.Data.OpenConnection();
    }

    static int Backend(TenantConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "select pg_backend_pid()";
        return (int)command.ExecuteScalar()!;
    }

    TenantShare Tenant()
    {
        var share = _budget.ShareOf(TenantId.Create(TimeProvider.System));
        share.HasOwnRelations = true;
        return share;
    }

    /// <summary>A session that this tenant opened and gave back; the others stay leased until each has one.</summary>
    Session Idle(TenantShare tenant)
    {
        // Never opened: only which one is handed out matters.
        var session = new Session(_pool, new NpgsqlConnection());
        session.Visit(tenant);
        _time.Now++;
        session.Begin(tenant, charge: 0);
        session.End();
        _pool.Idle.Keep(session);
        return session;
    }

    Session Use(TenantShare tenant)
    {
        var session = _pool.Idle.Take(tenant)!;
        if (tenant.HasOwnRelations)
            session.Visit(tenant);
        _time.Now++;
        session.Begin(tenant, charge: 0);
        session.End();
        _pool.Idle.Keep(session);
        return session;
    }
}
