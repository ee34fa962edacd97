using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>Reading from a standby: when, and that a tenant is as much alone there as at the primary.</summary>
[Collection(ReplicatedTenants.Name)]
public sealed class ReplicaTests(ReplicatedTenants replicated)
{
    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    [Theory, MemberData(nameof(Isolations))]
    public async Task Writes_go_to_the_primary_and_reads_to_the_standby_that_has_caught_up(TenantIsolation isolation)
    {
        var tenant = replicated[isolation][0];
        await using (var ordinary = await replicated.OpenAsync(tenant))
        {
            Assert.False(ordinary.IsReadOnly);
            Assert.False(await ReplicatedTenants.IsStandbyAsync(ordinary));
        }

        await using var reader = await replicated.OpenAtStandbyAsync(tenant);
        Assert.True(reader.IsReadOnly);
        Assert.Equal(Deployment.Server, reader.DataSource);
        // It stays there: reading is no reason to go elsewhere.
        for (var times = 0; times < 5; times++)
        {
            await using var again = await replicated.OpenReaderAsync(tenant);
            Assert.True(await ReplicatedTenants.IsStandbyAsync(again));
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task At_the_standby_each_tenant_has_its_own_rows_and_no_others(TenantIsolation isolation)
    {
        foreach (var tenant in replicated[isolation])
        {
            await using var connection = await replicated.OpenAtStandbyAsync(tenant);
            await using var reader = await connection.Command("select id, mark from notes order by id").ExecuteReaderAsync();
            for (var id = 1L; id <= ReplicatedTenants.Notes; id++)
            {
                Assert.True(await reader.ReadAsync());
                Assert.Equal((id, $"{tenant.Id}"), (reader.GetInt64(0), reader.GetString(1)));
            }

            Assert.False(await reader.ReadAsync());
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task At_the_standby_no_statement_enters_another_tenant(TenantIsolation isolation)
    {
        var other = replicated[isolation][1].Id.Value;
        await using var connection = await replicated.OpenAtStandbyAsync(replicated[isolation][0]);
        var enter = isolation == TenantIsolation.Schema ? "tenancy.enter_schema" : "tenancy.enter";
        foreach (var attack in new[] { $"select {enter}($1)", "select set_config('tenancy.tenant', $1::text, true)" })
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.ScalarAsync(attack, other));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }

        Assert.True(await ReplicatedTenants.IsStandbyAsync(connection));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_tenant_reads_what_it_wrote_however_far_the_standby_is_behind(TenantIsolation isolation)
    {
        var (writer, other) = (replicated[isolation][0], replicated[isolation][1]);
        await (await replicated.OpenAtStandbyAsync(writer)).DisposeAsync();
        await (await replicated.OpenAtStandbyAsync(other)).DisposeAsync();
        await replicated.Cluster.PauseAsync();
        try
        {
            for (var way = 0; way < Ways.Length; way++)
            {
                await using (var connection = await replicated.OpenAsync(writer))
                {
                    await Ways[way](connection, 100 + way);
                    // Read while the writing connection is still open, and after it.
                    Assert.Equal("written", await ReadAsync(writer, 100 + way));
                }

                Assert.Equal("written", await ReadAsync(writer, 100 + way));
            }

            // The control: the standby has none of it, and whoever wrote nothing goes on to read there.
            await using var reader = await replicated.OpenReaderAsync(other);
            Assert.True(await ReplicatedTenants.IsStandbyAsync(reader));
            Assert.Equal(0L, await AtStandbyAsync(writer));
        }
        finally
        {
            await replicated.Cluster.ResumeAsync();
        }

        await using var later = await replicated.OpenAtStandbyAsync(writer);
        Assert.Equal((long)Ways.Length, await later.ScalarAsync("select count(*) from notes where id >= 100"));
        await using var clean = await replicated.OpenAsync(writer);
        await clean.Command("delete from notes where id >= 100").ExecuteNonQueryAsync();

        async Task<object?> ReadAsync(Tenant tenant, long id)
        {
            await using var reader = await replicated.OpenReaderAsync(tenant);
            return await reader.ScalarAsync("select mark from notes where id = $1", id);
        }

        async Task<object?> AtStandbyAsync(Tenant tenant)
        {
            await using var administrator = await PrivateCluster.OpenAsync(tenant.Placement.Database, replicated.Cluster.Standby);
            await using var command = new NpgsqlCommand($"select count(*) from {tenant.Placement.Schema}.notes where id >= 100", administrator);
            return await command.ExecuteScalarAsync();
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_write_by_a_reader_is_refused_at_the_standby_and_at_the_primary(TenantIsolation isolation)
    {
        var tenant = replicated[isolation][0];
        await using (var standby = await replicated.OpenAtStandbyAsync(tenant))
            await RefusedAsync(standby);
        await using (var ordinary = await replicated.OpenAsync(tenant))
            await ordinary.Command("update notes set size = size").ExecuteNonQueryAsync();
        await replicated.Cluster.PauseAsync();
        try
        {
            await using (var ordinary = await replicated.OpenAsync(tenant))
                await ordinary.Command("update notes set size = size").ExecuteNonQueryAsync();
            await using var primary = await replicated.OpenReaderAsync(tenant);
            Assert.False(await ReplicatedTenants.IsStandbyAsync(primary));
            await RefusedAsync(primary);
        }
        finally
        {
            await replicated.Cluster.ResumeAsync();
        }

        static async Task RefusedAsync(TenantConnection connection)
        {
            var backend = await connection.ScalarAsync("select pg_backend_pid()");
            var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.Command("delete from notes").ExecuteNonQueryAsync());
            Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, refused.SqlState);
            Assert.False(refused.IsTransient);
            // An error of the statement's, not of the session's.
            Assert.Equal(backend, await connection.ScalarAsync("select pg_backend_pid()"));
        }
    }

    [Fact]
    public async Task A_standby_has_a_budget_of_its_own()
    {
        var tenant = replicated[TenantIsolation.Row][0];
        var held = new List<TenantConnection>();
        try
        {
            // One tenant holds three quarters of it at most.
            for (var i = 0; i < ReplicatedTenants.ReplicaBudget * 3 / 4; i++)
                held.Add(await replicated.OpenAtStandbyAsync(tenant));
            var standby = Assert.Single(Snapshot(), server => server.Server == $"{Deployment.Server}/host-1");
            Assert.Equal(ReplicatedTenants.ReplicaBudget, standby.Budget);
            Assert.InRange(standby.Used, held.Count, ReplicatedTenants.ReplicaBudget);
            Assert.Contains(standby.Tenants, one => one.Tenant == tenant.Id && one.Held == held.Count);
            var waiting = replicated.OpenReaderAsync(tenant);
            while (Snapshot().Single(server => server.Server == standby.Server).Waiting == 0)
                await Task.Delay(5);
            Assert.False(waiting.IsCompleted);
            await held[0].DisposeAsync();
            held[0] = await waiting;
        }
        finally
        {
            foreach (var connection in held)
                await connection.DisposeAsync();
        }

        IReadOnlyList<ServerDiagnostics> Snapshot() => replicated.Deployment.Services.GetRequiredService<TenancyDiagnostics>().Snapshot();
    }

    [Fact]
    public async Task The_data_source_that_only_reads_is_a_keyed_service()
    {
        var service = replicated.Deployment.Services.GetRequiredKeyedService<TenantDataSource>(TenantDataSource.ReadOnlyKey);
        Assert.Same(replicated.Deployment.Data.ReadOnly, service);
        Assert.Same(service, service.ReadOnly);
        using var scope = replicated.Deployment.Tenants.Enter(replicated[TenantIsolation.Row][0]);
        // Lent sessions of the driver's read only as well.
        var refused = await Assert.ThrowsAsync<PostgresException>(() => service.UseNpgsqlAsync(async (npgsql, stop) =>
        {
            await using var command = new NpgsqlCommand("delete from notes", npgsql);
            await command.ExecuteNonQueryAsync(stop);
        }));
        Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, refused.SqlState);
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task What_a_standby_fails_to_answer_is_asked_of_the_primary_except_in_a_transaction(TenantIsolation isolation)
    {
        var tenant = replicated[isolation][0];
        await using (var connection = await replicated.OpenAtStandbyAsync(tenant))
        {
            await KillAsync(connection);
            Assert.Equal((long)ReplicatedTenants.Notes, await connection.ScalarAsync("select count(*) from notes where mark = $1", $"{tenant.Id}"));
            Assert.False(await ReplicatedTenants.IsStandbyAsync(connection));
            var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.Command("delete from notes").ExecuteNonQueryAsync());
            Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, refused.SqlState);
        }

        await using (var connection = await replicated.OpenAtStandbyAsync(tenant))
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ScalarAsync("select 1");
            await KillAsync(connection);
            var lost = await Assert.ThrowsAnyAsync<NpgsqlException>(() => connection.ScalarAsync("select 1"));
            Assert.True(lost.IsTransient);
        }

        async Task KillAsync(TenantConnection connection)
        {
            var backend = (int)(await connection.ScalarAsync("select pg_backend_pid()"))!;
            await PrivateCluster.ExecuteAsync("postgres", $"select pg_terminate_backend({backend}, 5000)", replicated.Cluster.Standby);
        }
    }

    [Fact]
    public async Task A_standby_that_starts_again_is_not_noticed_and_is_fresh_for_nobody_until_it_was_asked()
    {
        var tenants = replicated[TenantIsolation.Row];
        foreach (var tenant in tenants)
            await (await replicated.OpenAtStandbyAsync(tenant)).DisposeAsync();
        var replica = replicated.Deployment.Services.GetRequiredService<IsolationStrategies>().Servers.Get(Deployment.Server).Replicas!.All[0];
        var share = replicated.Deployment.Services.GetRequiredService<TenantRouter>().Route(tenants[0]).Share;
        Assert.True(replica.IsFreshFor(share));
        var incarnation = replica.Incarnation;
        await replicated.Cluster.RestartStandbyAsync();
        // Asked for its start, as any new session to it is.
        await using (var session = await PrivateCluster.OpenAsync("postgres", replicated.Cluster.Standby))
            await replica.MeetAsync(session, async: true, CancellationToken.None);
        Assert.NotEqual(incarnation, replica.Incarnation);
        Assert.False(replica.IsFreshFor(share));
        replica.CaughtUp(long.MaxValue, incarnation);
        Assert.False(replica.IsFreshFor(share));
        // Sessions that were idle there are gone; nobody hears of it.
        foreach (var tenant in tenants)
        {
            await using var reader = await replicated.OpenReaderAsync(tenant);
            Assert.Equal((long)ReplicatedTenants.Notes, await reader.ScalarAsync("select count(*) from notes where mark = $1", $"{tenant.Id}"));
        }

        foreach (var tenant in tenants)
            await (await replicated.OpenAtStandbyAsync(tenant)).DisposeAsync();
        await using var primary = await PrivateCluster.OpenAsync("postgres", replicated.Cluster.Primary);
        await Assert.ThrowsAsync<HostRoleException>(async () => await replica.MeetAsync(primary, async: true, CancellationToken.None));
    }

    [Fact]
    public async Task In_a_transaction_scope_a_reader_is_part_of_the_transaction()
    {
        using var tenant = replicated.Deployment.Tenants.Enter(replicated[TenantIsolation.Row][0]);
        await (await replicated.OpenAtStandbyAsync(replicated[TenantIsolation.Row][0])).DisposeAsync();
        using var scope = new System.Transactions.TransactionScope(System.Transactions.TransactionScopeAsyncFlowOption.Enabled);
        await using (var ordinary = await replicated.Deployment.Data.OpenConnectionAsync())
            await ordinary.Command("insert into notes (id, mark) values (900, 'not yet')").ExecuteNonQueryAsync();
        await using var reader = await replicated.Deployment.Data.ReadOnly.OpenConnectionAsync();
        Assert.Equal("not yet", await reader.ScalarAsync("select mark from notes where id = 900"));
    }

    /// <summary>How a tenant may write.</summary>
    static readonly Func<TenantConnection, long, Task>[] Ways =
    [
        static (connection, id) => connection.Command("insert into notes (id, mark) values ($1, 'written')", id).ExecuteNonQueryAsync(),
        static (connection, id) => connection.ScalarAsync("insert into notes (id, mark) values ($1, 'written') returning id", id),
        static async (connection, id) =>
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.Command("insert into notes (id, mark) values ($1, 'written')", id).ExecuteNonQueryAsync();
            await transaction.CommitAsync();
        },
        static (connection, id) =>
        {
            connection.Command("with new as (insert into notes (id, mark) values ($1, 'written') returning id) select id from new", id).ExecuteScalar();
            return Task.CompletedTask;
        },
        static (connection, id) => connection.Batch("select 1", $"insert into notes (id, mark) values ({id}, 'written')").ExecuteNonQueryAsync(),
    ];
}
