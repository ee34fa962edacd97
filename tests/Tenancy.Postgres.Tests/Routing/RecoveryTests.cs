using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>What is sent again by itself, because it is certain that it took no effect; and what is not.</summary>
public sealed class RecoveryTests(TenantOfEach each) : IClassFixture<TenantOfEach>
{
    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    [Theory]
    [MemberData(nameof(Isolations))]
    public async Task A_backend_that_ended_while_it_was_idle_is_not_noticed(TenantIsolation isolation)
    {
        for (var round = 0; round < 3; round++)
        {
            await using (var idle = await each.OpenAsync(isolation))
                Assert.Equal(5L, await idle.ScalarAsync("select count(*) from notes where id <= 5"));
            await KillAsync(isolation);
            await using var connection = await each.OpenAsync(isolation);
            Assert.Equal(1, await connection.Command("insert into notes (id, mark) values ($1, 'again')", 700L + round).ExecuteNonQueryAsync());
            Assert.Equal("again", await connection.ScalarAsync("select mark from notes where id = $1", 700L + round));
            Assert.Equal(1, await connection.Command("delete from notes where id = $1", 700L + round).ExecuteNonQueryAsync());
        }
    }

    [Theory]
    [MemberData(nameof(Isolations))]
    public async Task Nor_where_a_transaction_begins_with_it(TenantIsolation isolation)
    {
        await using (var idle = await each.OpenAsync(isolation))
            await idle.ScalarAsync("select 1");
        await KillAsync(isolation);
        await using var connection = await each.OpenAsync(isolation);
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await connection.Command("insert into notes (id, mark) values (802, 'rolled back')").ExecuteNonQueryAsync();
            await transaction.RollbackAsync();
        }

        Assert.Equal(0L, await connection.ScalarAsync("select count(*) from notes where id = 802"));
    }

    [Theory]
    [MemberData(nameof(Isolations))]
    public async Task A_transaction_with_a_savepoint_ahead_is_not_begun_again(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var transaction = await connection.BeginTransactionAsync();
        await transaction.SaveAsync("here");
        await KillAsync(isolation);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => connection.ScalarAsync("select 1"));
    }

    [Theory]
    [MemberData(nameof(Isolations))]
    public async Task In_a_transaction_nothing_is_sent_again(TenantIsolation isolation)
    {
        await using var connection = await each.OpenAsync(isolation);
        await using var transaction = await connection.BeginTransactionAsync();
        await connection.Command("insert into notes (id, mark) values (800, 'lost')").ExecuteNonQueryAsync();
        await KillAsync(isolation);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => connection.Command("insert into notes (id, mark) values (801, 'lost')").ExecuteNonQueryAsync());
        await connection.CloseAsync();
        await using var after = await each.OpenAsync(isolation);
        Assert.Equal(0L, await after.ScalarAsync("select count(*) from notes where id in (800, 801)"));
    }

    [Fact]
    public async Task A_table_that_changed_under_a_prepared_statement_is_read_as_it_is_now()
    {
        var tenant = each[TenantIsolation.Schema];
        for (var times = 0; times < 8; times++)
            Assert.Equal(TenantOfEach.Notes, await RowsAsync());
        var table = $"{tenant.Placement.Schema}.notes";
        await PrivateCluster.ExecuteAsync(tenant.Placement.Database, $"alter table {table} add column added text");
        try
        {
            Assert.Equal(TenantOfEach.Notes, await RowsAsync());
            // In a transaction that has failed nothing can be repeated; the session goes all the same.
            await PrivateCluster.ExecuteAsync(tenant.Placement.Database, $"alter table {table} drop column added");
            await using (var connection = await each.OpenAsync(TenantIsolation.Schema))
            {
                await using var transaction = await connection.BeginTransactionAsync();
                try
                {
                    await connection.ScalarAsync("select * from notes order by id");
                }
                catch (PostgresException e)
                {
                    Assert.Equal(PostgresErrorCodes.FeatureNotSupported, e.SqlState);
                }
            }

            Assert.Equal(TenantOfEach.Notes, await RowsAsync());
        }
        finally
        {
            await PrivateCluster.ExecuteAsync(tenant.Placement.Database, $"alter table {table} drop column if exists added");
        }

        async Task<int> RowsAsync()
        {
            await using var connection = await each.OpenAsync(TenantIsolation.Schema);
            await using var reader = await connection.Command("select * from notes order by id").ExecuteReaderAsync();
            var rows = 0;
            while (await reader.ReadAsync())
                Assert.Equal($"note {++rows}", reader.GetString(reader.GetOrdinal("mark")));
            return rows;
        }
    }

    [Fact]
    public async Task A_connection_that_served_many_schemas_is_replaced()
    {
        const int Most = 3;
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Budget = 1,
            Settings = new() { [$"Tenancy:Postgres:Servers:{Deployment.Server}:SchemasPerConnection"] = $"{Most}" },
        });
        var tenants = new List<Tenant>();
        for (var i = 0; i <= Most; i++)
            tenants.Add(await deployment.CreateAsync(TenantIsolation.Schema));
        await BackendAsync(tenants[0]);
        var few = new HashSet<int>();
        for (var times = 0; times < 10; times++)
            few.Add(await BackendAsync(tenants[times % 2]));
        var many = new HashSet<int>();
        for (var times = 0; times < 10; times++)
            many.Add(await BackendAsync(tenants[times % tenants.Count]));
        // The first may have been in use for others already.
        Assert.InRange(few.Count, 1, 2);
        Assert.InRange(many.Count, 3, 6);
        Assert.All(deployment.Services.GetRequiredService<TenancyDiagnostics>().Snapshot()[0].Pools, pool => Assert.Equal(1, pool.Open));

        async Task<int> BackendAsync(Tenant tenant)
        {
            using var scope = deployment.Tenants.Enter(tenant);
            await using var connection = await deployment.Data.OpenConnectionAsync();
            return (int)(await connection.ScalarAsync("select pg_backend_pid()"))!;
        }
    }

    async Task KillAsync(TenantIsolation isolation)
    {
        var database = each[isolation].Placement.Database;
        await PrivateCluster.ExecuteAsync(database,
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'");
    }
}
