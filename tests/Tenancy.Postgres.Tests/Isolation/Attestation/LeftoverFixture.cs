using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>Two tenants on one session: whatever one leaves in it, the other meets, unless something is done about it.</summary>
public abstract class LeftoverFixture(bool isPooled, bool asProven = false) : IAsyncLifetime
{
    Deployment? _deployment;
    PgBouncer? _pooler;

    public Deployment Deployment => _deployment!;

    public bool IsPooled => isPooled;

    public Tenant A { get; private set; } = null!;

    public Tenant B { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (isPooled)
            _pooler = await PgBouncer.StartAsync(new Dictionary<string, string> { ["default_pool_size"] = "1" });
        _deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Budget = 1,
            AppLogin = "app_" + Guid.NewGuid().ToString("n")[..10],
            Pooler = _pooler,
            // Each scope of a session that a client has alone, too: the tests do not wait.
            Settings = new() { [$"Tenancy:Postgres:Servers:{Deployment.Server}:AttestationInterval"] = "00:00:00" },
        });
        (A, B) = (await _deployment.CreateAsync(TenantIsolation.Row), await _deployment.CreateAsync(TenantIsolation.Row));
        foreach (var tenant in new[] { A, B })
            await AsAsync(tenant, connection => connection.Command("insert into notes (id, mark) values (1, $1)", tenant.Slug.Value).ExecuteNonQueryAsync());
        // Rights that the proof would have refused, so that there is something to be left.
        if (!asProven)
            await AdministerAsync($"grant temporary on database {_deployment.SharedDatabase} to public; grant execute on function pg_advisory_lock(bigint) to public");
    }

    public async Task DisposeAsync()
    {
        if (_deployment is not null)
            await _deployment.DisposeAsync();
        if (_pooler is not null)
            await _pooler.DisposeAsync();
    }

    public Task AdministerAsync(string statements) => PrivateCluster.ExecuteAsync(Deployment.SharedDatabase, statements);

    public async Task<T> AsAsync<T>(Tenant tenant, Func<TenantConnection, Task<T>> work)
    {
        using var scope = Deployment.Tenants.Enter(tenant);
        await using var connection = await Deployment.Data.OpenConnectionAsync();
        return await work(connection);
    }

    /// <summary>
    /// Leaves something in the one session there is, and returns its process: through a pooler as another program with the
    /// same login would; directly from below a lease of A's, as no statement of a tenant's can.
    /// </summary>
    public async Task<int> LeaveAsync(string statements)
    {
        if (_pooler is not null)
        {
            await using var other = await _pooler.OpenAsync(Deployment.SharedDatabase, Deployment.Options.AppLogin);
            return await LeaveAsync(other, statements);
        }

        return await AsAsync(A, async connection =>
        {
            // On a session that is there: an earlier test may have ended the one before.
            await connection.ScalarAsync("select 1");
            return await LeaveAsync(connection.Inner, statements);
        });
    }

    /// <summary>What B sees: its process, and its rows.</summary>
    public Task<(int Process, string? Mark)> NextAsync() => AsAsync(B, async connection =>
        ((int)(await connection.ScalarAsync("select pg_backend_pid()"))!, (string?)await connection.ScalarAsync("select string_agg(mark, ',') from notes")));

    static async Task<int> LeaveAsync(NpgsqlConnection connection, string statements)
    {
        // In one message and one transaction, so that all of it is on one session.
        await using var command = new NpgsqlBatch(connection) { BatchCommands = { new("select pg_backend_pid()") } };
        foreach (var statement in statements.Split(';'))
            command.BatchCommands.Add(new NpgsqlBatchCommand(statement));
        return (int)(await command.ExecuteScalarAsync())!;
    }
}

public sealed class DirectLeftovers() : LeftoverFixture(isPooled: false);

public sealed class PooledLeftovers() : LeftoverFixture(isPooled: true);

/// <summary>With rights as they were proven, so that a proof can be made again.</summary>
public sealed class DirectRoleSettings() : LeftoverFixture(isPooled: false, asProven: true);

/// <inheritdoc cref="DirectRoleSettings"/>
public sealed class PooledRoleSettings() : LeftoverFixture(isPooled: true, asProven: true);
