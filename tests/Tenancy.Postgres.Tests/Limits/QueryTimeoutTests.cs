using System.Data.Common;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>A statement that the tier ended says so, and nothing else does.</summary>
public sealed class QueryTimeoutTests(LimitedTenants tenants) : IClassFixture<LimitedTenants>
{
    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    public static TheoryData<TenantIsolation, bool> Ways => BehaviorTests.Ways;

    [Theory, MemberData(nameof(Ways))]
    public async Task Ended_by_the_tier_however_it_is_executed(TenantIsolation isolation, bool async)
    {
        await using var connection = await tenants.OpenAsync(tenants.Limited(isolation));
        Task Scalar() => connection.ScalarAsync("select pg_sleep(5)");
        async Task Execute()
        {
            await using var command = connection.Command("select pg_sleep(5)");
            _ = async ? await command.ExecuteNonQueryAsync() : command.ExecuteNonQuery();
        }

        async Task Read()
        {
            // Enough before it to fill the server's buffer: the error comes while rows are read.
            await using var command = connection.Command("select repeat('x', 20000), case when n = 3 then pg_sleep(5) end from generate_series(1, 3) as n");
            await using var reader = await command.ReaderAsync(async);
            while (await reader.ReadAsync(async)) { }
        }

        async Task Batch()
        {
            await using var batch = connection.Batch("select 1", "select pg_sleep(5)", "select 2");
            await using var reader = async ? await batch.ExecuteReaderAsync() : batch.ExecuteReader();
            while (await reader.NextAsync(async)) { }
        }

        foreach (var execute in new[] { Scalar, Execute, Read, Batch })
        {
            var ended = await Assert.ThrowsAsync<TenantQueryTimeoutException>(execute);
            Assert.Equal(("limited", LimitedTenants.Timeout, "57014"), (ended.Tier, ended.Limit, ended.SqlState));
            Assert.Contains("0.4 s", ended.Message, StringComparison.Ordinal);
            Assert.Contains("Queries:Timeout", ended.Message, StringComparison.Ordinal);
            Assert.IsType<TimeoutException>(ended.InnerException);
            Assert.IsType<PostgresException>(ended.InnerException.InnerException);
            Assert.IsAssignableFrom<IQueryTimeout>(ended);
            Assert.False(((DbException)ended).IsTransient);
            Assert.Equal(1, await connection.ScalarAsync("select 1"));
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Without_a_limit_the_same_statement_ends_by_itself(TenantIsolation isolation)
    {
        await using var connection = await tenants.OpenAsync(tenants.Free(isolation));
        await connection.ScalarAsync("select pg_sleep(0.6)");
    }

    [Fact]
    public async Task A_batch_has_the_time_of_each_of_its_statements()
    {
        await using var connection = await tenants.OpenAsync(tenants.Limited(TenantIsolation.Row));
        await using var batch = connection.Batch([.. Enumerable.Repeat("select pg_sleep(0.25)", 8)]);
        await batch.ExecuteNonQueryAsync();
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_token_that_is_cancelled_is_a_cancellation(TenantIsolation isolation)
    {
        await using var connection = await tenants.OpenAsync(await tenants.CreateAsync("slow", isolation));
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connection.Command("select pg_sleep(20)").ExecuteScalarAsync(stop.Token));
    }

    [Fact]
    public async Task A_command_that_is_cancelled_after_its_time_was_due_is_a_cancellation()
    {
        // The first statement takes most of the time there is: by the clock alone it could have been the timeout.
        await using var connection = await tenants.OpenAsync(tenants.Limited(TenantIsolation.Row));
        await using var batch = connection.Batch([.. Enumerable.Repeat("select pg_sleep(0.3)", 15)]);
        var running = batch.ExecuteNonQueryAsync();
        await Task.Delay(500);
        await Task.Run(batch.Cancel);
        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal("57014", Assert.IsType<PostgresException>(cancelled.InnerException).SqlState);
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_shorter_timeout_of_the_callers_is_the_drivers_own(TenantIsolation isolation)
    {
        await using var connection = await tenants.OpenAsync(await tenants.CreateAsync("slow", isolation));
        await using var command = connection.Command("select pg_sleep(20)");
        command.CommandTimeout = 1;
        var error = await Assert.ThrowsAsync<NpgsqlException>(() => command.ExecuteScalarAsync());
        Assert.IsType<TimeoutException>(error.InnerException);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_at_all_is_given_up_and_its_connection_with_it()
    {
        await using var proxy = new RecordingProxy();
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Port = proxy.Port,
            // For how long the cancellation is tried to be delivered.
            ConnectionSettings = "Timeout=2",
            Settings = new() { ["Tenancy:Tiers:limited:Queries:Timeout"] = "00:00:00.4" },
        });
        var tenant = await LimitedTenants.CreateAsync(deployment, "limited", TenantIsolation.Row);
        await using var connection = await LimitedTenants.OpenAsync(deployment, tenant);
        await connection.ScalarAsync("select 1");
        proxy.Delay = TimeSpan.FromMinutes(5);
        var ended = await Assert.ThrowsAsync<TenantQueryTimeoutException>(() => connection.ScalarAsync("select 1").WaitAsync(TimeSpan.FromSeconds(60)));
        // Whatever else still waits for the server.
        proxy.Delay = TimeSpan.Zero;
        proxy.Cut();
        Assert.Null(ended.SqlState);
        Assert.Equal(System.Data.ConnectionState.Closed, connection.State);
        await connection.CloseAsync();
        await using var next = await LimitedTenants.OpenAsync(deployment, tenant);
        Assert.Equal(1, await next.ScalarAsync("select 1"));
    }

    [Fact]
    public async Task Where_the_server_does_not_end_it_the_driver_does_a_second_later()
    {
        await using var deployment = await Deployment.StartAsync(LimitedTenants.Options());
        await PrivateCluster.ExecuteAsync(deployment.SharedDatabase,
            "create or replace function tenancy.enter(tenant uuid, timeout integer, idle integer, memory integer, files integer) returns void language plpgsql security definer as 'begin perform tenancy.enter(tenant); end'");
        var tenant = await LimitedTenants.CreateAsync(deployment, "limited", TenantIsolation.Row);
        await using var connection = await LimitedTenants.OpenAsync(deployment, tenant);
        await using var command = connection.Command("select pg_sleep(20)");
        command.CommandTimeout = 0;
        var ended = await Assert.ThrowsAsync<TenantQueryTimeoutException>(() => command.ExecuteScalarAsync());
        Assert.Null(ended.SqlState);
        Assert.Equal(LimitedTenants.Timeout, ended.Limit);
    }
}
