using System.Data;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>
/// A network that swallows whatever is sent, in both directions, and closes nothing: the caller is told in time, the connection's
/// place is given back, and the next one has a new connection.
/// </summary>
public sealed class SilentNetworkTests(SilentTenants tenants) : IClassFixture<SilentTenants>
{
    /// <summary>For ever, if nobody gave up.</summary>
    static readonly TimeSpan InTime = TimeSpan.FromSeconds(60);

    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    [Theory, MemberData(nameof(Isolations))]
    public async Task While_the_server_works_on_a_query(TenantIsolation isolation)
    {
        await using var administrator = await PrivateCluster.OpenAsync("postgres");
        await using var connection = await tenants.OpenAsync(isolation);
        var before = await BackendAsync(connection);
        await using var command = connection.Command("select pg_sleep(60)");
        // Longer than a busy machine takes to say that it runs.
        command.CommandTimeout = 5;
        var asked = command.ExecuteScalarAsync();
        await UntilRunningAsync(administrator, before);
        await FailsAsync(connection, () => asked, isolation);
        await ServedAnewAsync(connection, isolation, before);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Amid_the_rows(bool async)
    {
        await using var connection = await tenants.OpenAsync(TenantIsolation.Row);
        var before = await BackendAsync(connection);
        await using var command = connection.Command("select repeat('x', 20000) from generate_series(1, 5000)");
        command.CommandTimeout = 3;
        await using (var reader = await command.ExecuteReaderAsync())
        {
            Assert.True(await reader.ReadAsync());
            await FailsAsync(connection, async () =>
            {
                while (async ? await reader.ReadAsync() : reader.Read()) { }
            }, TenantIsolation.Row);
        }

        await ServedAnewAsync(connection, TenantIsolation.Row, before);
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Between_lease_and_use(TenantIsolation isolation)
    {
        await using var connection = await tenants.OpenAsync(isolation);
        var before = await BackendAsync(connection);
        await FailsAsync(connection, () => AskAsync(connection), isolation);
        await ServedAnewAsync(connection, isolation, before);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task In_a_transaction_that_goes_on_or_is_left(bool goesOn)
    {
        await using var connection = await tenants.OpenAsync(TenantIsolation.Row);
        var before = await BackendAsync(connection);
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            // The server knows of nothing, and keeps what each of the two has locked.
            await connection.Command("insert into notes (id, mark) values ($1, 'lost')", goesOn ? 900L : 901L).ExecuteNonQueryAsync();
            if (goesOn)
                await FailsAsync(connection, () => AskAsync(connection), TenantIsolation.Row);
            else
                Assert.NotEqual(0, tenants.Silence(TenantIsolation.Row));
        }

        await ServedAnewAsync(connection, TenantIsolation.Row, before);
    }

    [Fact]
    public async Task Of_those_that_were_idle_one_fails_and_none_is_used_again()
    {
        int before, beside;
        await using (var idle = await tenants.OpenAsync(TenantIsolation.Row))
        await using (var other = await tenants.OpenAsync(TenantIsolation.Row))
            (before, beside) = (await BackendAsync(idle), await BackendAsync(other));
        Assert.NotEqual(0, tenants.Silence(TenantIsolation.Row));
        var connection = await tenants.OpenAsync(TenantIsolation.Row);
        await using (connection)
            await FailsAsync(connection, () => AskAsync(connection), silence: null);
        await ServedAnewAsync(connection, TenantIsolation.Row, before, beside);
    }

    [Fact]
    public async Task The_control_says_the_same_and_is_answered()
    {
        await using var connection = await tenants.OpenAsync(TenantIsolation.Row);
        var before = await BackendAsync(connection);
        Assert.Equal(1, await connection.ScalarAsync("select 1"));
        await connection.CloseAsync();
        await using var next = await tenants.OpenAsync(TenantIsolation.Row);
        Assert.Equal(before, await BackendAsync(next));
    }

    async Task FailsAsync(TenantConnection connection, Func<Task> use, TenantIsolation? silence)
    {
        if (silence is { } isolation)
            Assert.NotEqual(0, tenants.Silence(isolation));
        var failed = await Assert.ThrowsAnyAsync<NpgsqlException>(() => Task.Run(use).WaitAsync(InTime));
        Assert.IsType<TimeoutException>(failed.InnerException);
        Assert.True(failed.IsTransient);
        Assert.Equal(ConnectionState.Closed, connection.State);
    }

    async Task ServedAnewAsync(TenantConnection connection, TenantIsolation isolation, params int[] before)
    {
        await connection.CloseAsync().WaitAsync(InTime);
        var server = Assert.Single(tenants.Deployment.Services.GetRequiredService<TenancyDiagnostics>().Snapshot(top: 10));
        Assert.All(server.Tenants, tenant => Assert.Equal(0, tenant.Held));
        Assert.Equal(0, server.Waiting);
        // The pool has room for two, and gives out two.
        await using var next = await tenants.OpenAsync(isolation).WaitAsync(InTime);
        await using var second = await tenants.OpenAsync(isolation).WaitAsync(InTime);
        foreach (var one in new[] { next, second })
        {
            Assert.DoesNotContain(await BackendAsync(one), before);
            Assert.Equal((long)TenantOfEach.Notes, await one.ScalarAsync("select count(*) from notes"));
        }
    }

    static async Task AskAsync(TenantConnection connection)
    {
        await using var command = connection.Command("select 1");
        command.CommandTimeout = 1;
        await command.ExecuteScalarAsync();
    }

    static async Task<int> BackendAsync(TenantConnection connection) => (int)(await connection.ScalarAsync("select pg_backend_pid()"))!;

    static async Task UntilRunningAsync(NpgsqlConnection administrator, int backend)
    {
        await using var running = new NpgsqlCommand(
            "select count(*) from pg_stat_activity where pid = $1 and state = 'active' and wait_event = 'PgSleep'", administrator)
        {
            Parameters = { new() { Value = backend } },
        };
        while ((long)(await running.ExecuteScalarAsync())! == 0)
            await Task.Delay(5);
    }
}
