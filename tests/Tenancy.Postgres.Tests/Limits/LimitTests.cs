using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>The limits of a tier ride in the scope: in force wherever a statement runs, and gone with its transaction.</summary>
public sealed class LimitTests(LimitedTenants tenants) : IClassFixture<LimitedTenants>
{
    const string Limits = "400ms 600ms 128kB 1MB";
    const string None = "0 0 4MB -1";

    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    [Theory, MemberData(nameof(Isolations))]
    public async Task In_force_outside_and_inside_transactions_and_after_a_savepoint(TenantIsolation isolation)
    {
        await using var connection = await tenants.OpenAsync(tenants.Limited(isolation));
        Assert.Equal(Limits, await LimitedTenants.InForceAsync(connection));
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await transaction.SaveAsync("early");
            Assert.Equal(Limits, await LimitedTenants.InForceAsync(connection));
            await transaction.RollbackAsync("early");
            Assert.Equal(Limits, await LimitedTenants.InForceAsync(connection));
            await Assert.ThrowsAsync<TenantQueryTimeoutException>(() => connection.ScalarAsync("select pg_sleep(5)"));
            await transaction.RollbackAsync("early");
            Assert.Equal(Limits, await LimitedTenants.InForceAsync(connection));
        }

        Assert.Equal(Limits, await LimitedTenants.InForceAsync(connection));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_tier_without_limits_sends_the_short_scope_and_changes_nothing(TenantIsolation isolation)
    {
        await using var connection = await tenants.OpenAsync(tenants.Free(isolation));
        Assert.Equal(isolation == TenantIsolation.Schema ? "select tenancy.enter_schema($1)" : "select tenancy.enter($1)", connection.Form.Statement);
        Assert.Equal(None, await LimitedTenants.InForceAsync(connection));
    }

    [Theory]
    [InlineData(TenantIsolation.Row)]
    [InlineData(TenantIsolation.Schema)]
    public async Task Nothing_is_left_for_the_next_tenant_on_the_same_backend(TenantIsolation isolation)
    {
        var backends = new HashSet<object?>();
        foreach (var (tenant, expected) in new[] { (tenants.Limited(isolation), Limits), (tenants.Free(isolation), None), (tenants.Limited(isolation), Limits) })
        {
            await using var connection = await tenants.OpenAsync(tenant);
            backends.Add(await connection.ScalarAsync("select pg_backend_pid()"));
            Assert.Equal(expected, await LimitedTenants.InForceAsync(connection));
            await using var transaction = await connection.BeginTransactionAsync();
            Assert.Equal(expected, await LimitedTenants.InForceAsync(connection));
        }

        Assert.Single(backends);
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Limits_cost_no_round_trip(TenantIsolation isolation)
    {
        await using var connection = await tenants.OpenAsync(tenants.Limited(isolation));
        var login = isolation == TenantIsolation.Database ? TenantNames.For(tenants.Limited(isolation).Id) : tenants.Deployment.Options.AppLogin;
        for (var round = 0; round < 4; round++)
        {
            var said = (await tenants.Proxy.DuringAsync(() => connection.ScalarAsync("select 1"))).Where(message => message.User == login).ToList();
            Assert.Equal(1, Conversation.Syncs(said));
            Assert.Equal(1, Conversation.Trips(said));
            Assert.Equal(2, said.Count(message => message.Type == 'E'));
            Assert.Empty(Conversation.Unscoped(said));
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_pause_in_a_transaction_ends_it(TenantIsolation isolation)
    {
        await using (var connection = await tenants.OpenAsync(tenants.Limited(isolation)))
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.ScalarAsync("select 1");
            await Task.Delay(TimeSpan.FromSeconds(0.9));
            Assert.Equal("25P03", (await Assert.ThrowsAsync<PostgresException>(() => connection.ScalarAsync("select 1"))).SqlState);
        }

        // The place in the budget came back, and the tenant without the limit may pause.
        await using var other = await tenants.OpenAsync(tenants.Free(isolation));
        await using var unhurried = await other.BeginTransactionAsync();
        await other.ScalarAsync("select 1");
        await Task.Delay(TimeSpan.FromSeconds(0.9));
        Assert.Equal(1, await other.ScalarAsync("select 1"));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Temporary_files_are_limited(TenantIsolation isolation)
    {
        const string Sorted = "select count(*) from (select n from generate_series(1, 60000) as n order by md5(n::text) offset 0) as sorted";
        await using (var connection = await tenants.OpenAsync(tenants.Limited(isolation)))
            Assert.Equal("53400", (await Assert.ThrowsAsync<PostgresException>(() => connection.ScalarAsync(Sorted))).SqlState);
        await using var other = await tenants.OpenAsync(tenants.Free(isolation));
        Assert.Equal(60000L, await other.ScalarAsync(Sorted));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Text_inside_a_statement_raises_no_limit_and_changes_no_tenant(TenantIsolation isolation)
    {
        var (own, other) = (tenants.Limited(isolation).Id, tenants.Free(isolation).Id);
        foreach (var function in new[] { "enter", "enter_schema" }.Where(name => (name == "enter_schema") == (isolation == TenantIsolation.Schema)))
        {
            foreach (var raised in new[] { "0, 0, 1048576, -1", "3600000, 3600000, 1048576, 1048576", "null, null, null, null", "-1, -1, -1, -1" })
            {
                await using var connection = await tenants.OpenAsync(tenants.Limited(isolation));
                await using (var batch = connection.Batch($"select tenancy.{function}('{own}', {raised})", LimitedTenants.Ask))
                await using (var reader = await batch.ExecuteReaderAsync())
                {
                    await reader.NextResultAsync();
                    await reader.ReadAsync();
                    Assert.Equal(Limits, reader.GetString(0));
                }

                await using (var transaction = await connection.BeginTransactionAsync())
                {
                    await connection.ScalarAsync($"select tenancy.{function}('{own}', {raised})");
                    Assert.Equal(Limits, await LimitedTenants.InForceAsync(connection));
                    await Assert.ThrowsAsync<TenantQueryTimeoutException>(() => connection.ScalarAsync("select pg_sleep(5)"));
                }

                foreach (var tenant in new[] { $"'{other}'", "null" })
                {
                    var refused = await Assert.ThrowsAsync<PostgresException>(
                        () => connection.ScalarAsync($"select tenancy.{function}({tenant}, {raised})::text, tenancy.current_tenant()"));
                    Assert.Equal("42501", refused.SqlState);
                }

                Assert.Equal(Limits, await LimitedTenants.InForceAsync(connection));
                Assert.Equal(own.Value, await connection.ScalarAsync("select tenancy.current_tenant()"));
            }
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Text_that_lowers_a_limit_lowers_it_for_its_own_transaction_only(TenantIsolation isolation)
    {
        var own = tenants.Limited(isolation).Id;
        await using var connection = await tenants.OpenAsync(tenants.Limited(isolation));
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await connection.ScalarAsync($"select tenancy.enter('{own}', 300, 500, 64, 512)");
            Assert.Equal("300ms 500ms 64kB 512kB", await LimitedTenants.InForceAsync(connection));
        }

        Assert.Equal(Limits, await LimitedTenants.InForceAsync(connection));
    }
}
