using System.Data;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>As many transactions at once as the tier allows, over two processes.</summary>
public sealed class SlotTests(SlotTenants tenants) : IClassFixture<SlotTenants>
{
    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    public static TheoryData<TenantIsolation, bool> Ways => BehaviorTests.Ways;

    [Theory, MemberData(nameof(Ways))]
    public async Task A_statement_waits_for_the_transaction_of_another_process(TenantIsolation isolation, bool async)
    {
        var tenant = await tenants.CreateAsync("one", isolation);
        await WaitsAsync(tenants.First, tenants.Second, tenant, async);
    }

    [Fact]
    public async Task The_same_behind_a_pooler_and_where_scopes_are_signed()
    {
        await using var pooler = await PgBouncer.StartAsync();
        await using var first = await Deployment.StartAsync(SlotTenants.Options(ProtectionLevel.Signed, pooler));
        await using var second = await Deployment.StartAsync(first.Options.Again());
        foreach (var isolation in Enum.GetValues<TenantIsolation>())
            await WaitsAsync(first, second, await SlotTenants.CreateAsync(first, second, "one", isolation), async: true);
    }

    static async Task WaitsAsync(Deployment first, Deployment second, Tenant tenant, bool async)
    {
        await using var holder = await SlotTenants.OpenAsync(first, tenant);
        await using var waiter = await SlotTenants.OpenAsync(second, tenant);
        var transaction = await holder.BeginTransactionAsync();
        Assert.Equal(1, await holder.ScalarAsync("select 1"));
        Assert.Equal(1, await SlotTenants.HeldAsync(tenant));
        var waiting = async ? waiter.ScalarAsync("select 2") : Task.Run(() => waiter.Command("select 2").ExecuteScalar());
        await SlotTenants.ShortAsync(waiter);
        Assert.False(waiting.IsCompleted);
        await transaction.CommitAsync();
        Assert.Equal(2, await waiting);
        Assert.Equal(0, await SlotTenants.HeldAsync(tenant));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_waits_for_too_long_is_refused_and_goes_on(bool async)
    {
        var tenant = await tenants.CreateAsync("one", TenantIsolation.Row);
        await using var holder = await SlotTenants.OpenAsync(tenants.First, tenant);
        await using var waiter = await SlotTenants.OpenAsync(tenants.Second, tenant);
        var transaction = await holder.BeginTransactionAsync();
        await holder.ScalarAsync("select 1");
        var refused = await Assert.ThrowsAsync<TenantConcurrencyException>(() => async
            ? waiter.ScalarAsync("select 2")
            : Task.Run(() => waiter.Command("select 2").ExecuteScalar()));
        Assert.Equal(("one", 1, "TN002", true), (refused.Tier, refused.Limit, refused.SqlState, refused.IsTransient));
        Assert.InRange(refused.Waited, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30));
        Assert.Contains("Queries:MaxConcurrentOverall", refused.Message, StringComparison.Ordinal);
        ITenantRefusal refusal = refused;
        Assert.Equal(TenantRefusalKind.LimitExceeded, refusal.Kind);
        Assert.NotNull(refusal.RetryAfter);
        await transaction.RollbackAsync();
        Assert.Equal(2, await waiter.ScalarAsync("select 2"));
    }

    [Fact]
    public async Task A_transaction_waits_whether_the_shortage_was_known_when_it_began_or_not()
    {
        var tenant = await tenants.CreateAsync("one", TenantIsolation.Row);
        await using var holder = await SlotTenants.OpenAsync(tenants.First, tenant);
        var transaction = await holder.BeginTransactionAsync();
        await holder.ScalarAsync("select 1");
        await using var waiter = await SlotTenants.OpenAsync(tenants.Second, tenant);
        await using (var unknown = await waiter.BeginTransactionAsync())
        {
            var running = waiter.ScalarAsync("select 2");
            await Task.Delay(300);
            Assert.False(running.IsCompleted);
            await transaction.CommitAsync();
            Assert.Equal(2, await running);
            await unknown.CommitAsync();
        }

        await using var holding = await holder.BeginTransactionAsync();
        await holder.ScalarAsync("select 1");
        Assert.True(waiter.AreSlotsShort);
        var beginning = waiter.BeginTransactionAsync().AsTask();
        await Task.Delay(300);
        Assert.False(beginning.IsCompleted);
        await holding.CommitAsync();
        await using var known = await beginning;
        Assert.Equal(2, await waiter.ScalarAsync("select 2"));
        Assert.Equal(1, await SlotTenants.HeldAsync(tenant));
    }

    /// <summary>A connection that was closed meanwhile gave its session back: whoever has it now must not find it in a transaction.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public async Task Who_waits_begins_nothing_on_a_session_that_is_somebody_elses_by_then(bool leased)
    {
        var (tenant, other) = (await tenants.CreateAsync("one", TenantIsolation.Row), await tenants.CreateAsync("one", TenantIsolation.Row));
        await using var holder = await SlotTenants.OpenAsync(tenants.First, tenant);
        await using var transaction = await holder.BeginTransactionAsync();
        await holder.ScalarAsync("select 1");
        await using var waiter = await SlotTenants.OpenAsync(tenants.Second, tenant);
        var (session, route) = (waiter.Session, waiter.Route);
        var beginning = SlotTransactions.BeginAsync(session, route, waiter.Form, IsolationLevel.Unspecified, async: true, CancellationToken.None);
        session.End();
        if (leased)
            session.Begin(route.Pool.Budget.ShareOf(other.Id), 0);
        await Assert.ThrowsAsync<InvalidOperationException>(() => beginning);
        await transaction.CommitAsync();
        Assert.True(session.IsReady);
        Assert.Equal(0, await SlotTenants.HeldAsync(tenant));
        session.Begin(route.Share, 0);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_transaction_that_got_none_in_time_has_ended_and_nothing_after_it_is_committed_alone(bool async)
    {
        var tenant = await tenants.CreateAsync("one", TenantIsolation.Row);
        await using var holder = await SlotTenants.OpenAsync(tenants.First, tenant);
        await using var transaction = await holder.BeginTransactionAsync();
        await holder.ScalarAsync("select 1");
        await using var late = await SlotTenants.OpenAsync(tenants.Second, tenant);
        await using var begun = await late.BeginTransactionAsync();
        await using var insert = late.Command("insert into notes (id, mark) values (900, 'alone')");
        insert.Transaction = begun as TenantTransaction;
        var refused = await Assert.ThrowsAsync<TenantConcurrencyException>(() => async ? insert.ExecuteNonQueryAsync() : Task.Run(insert.ExecuteNonQuery));
        Assert.InRange(refused.Waited, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30));
        await transaction.RollbackAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => insert.ExecuteNonQueryAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => begun.CommitAsync());
        // Open, so that nobody who opens what is closed sends something without it.
        Assert.Equal(ConnectionState.Open, late.State);
        Assert.Equal(0L, await holder.ScalarAsync("select count(*) from notes where id = 900"));
    }

    [Theory]
    [InlineData("statement")]
    [InlineData("commit")]
    [InlineData("rollback")]
    [InlineData("close")]
    [InlineData("error")]
    [InlineData("error in a transaction")]
    [InlineData("reader")]
    [InlineData("cancel")]
    [InlineData("export")]
    [InlineData("killed")]
    public async Task However_it_ends_the_slot_is_free(string way)
    {
        var tenant = await tenants.CreateAsync("one", TenantIsolation.Row);
        await using (var holder = await SlotTenants.OpenAsync(tenants.First, tenant))
            await EndAsync(holder, way);
        await using var next = await SlotTenants.OpenAsync(tenants.Second, tenant);
        Assert.Equal(2, await next.ScalarAsync("select 2"));
        Assert.Equal(0, await SlotTenants.HeldAsync(tenant));
    }

    static async Task EndAsync(TenantConnection holder, string way)
    {
        if (way == "statement")
        {
            await holder.ScalarAsync("select 1");
            return;
        }

        if (way == "error")
        {
            await Assert.ThrowsAsync<PostgresException>(() => holder.ScalarAsync("select 1 / 0"));
            return;
        }

        if (way == "reader")
        {
            // Left with most of it unread.
            await using var reader = await holder.Command("select repeat('x', 1000) from generate_series(1, 100000)").ExecuteReaderAsync();
            await reader.ReadAsync();
            return;
        }

        if (way == "cancel")
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => holder.Command("select pg_sleep(20)").ExecuteScalarAsync(stop.Token));
            return;
        }

        if (way == "export")
        {
            await holder.ExportAsync("select 1", Stream.Null);
            return;
        }

        var transaction = await holder.BeginTransactionAsync();
        var process = (int)(await holder.ScalarAsync("select pg_backend_pid()"))!;
        if (way == "commit")
            await transaction.CommitAsync();
        else if (way == "rollback")
            await transaction.RollbackAsync();
        else if (way == "error in a transaction")
            await Assert.ThrowsAsync<PostgresException>(() => holder.ScalarAsync("select 1 / 0"));
        else if (way == "killed")
            await PrivateCluster.ExecuteAsync("postgres", $"select pg_terminate_backend({process}, 5000)");
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_transaction_takes_one_however_many_statements_it_has(TenantIsolation isolation)
    {
        var tenant = await tenants.CreateAsync("two", isolation);
        await using var one = await SlotTenants.OpenAsync(tenants.First, tenant);
        await using var other = await SlotTenants.OpenAsync(tenants.Second, tenant);
        await using var first = await one.BeginTransactionAsync();
        await one.ScalarAsync("select 1");
        await using var second = await other.BeginTransactionAsync();
        await other.ScalarAsync("select 1");
        await first.SaveAsync("here");
        for (var i = 0; i < 8; i++)
        {
            // Often enough to be prepared; and asked for a slot it would not get, were one taken each time.
            Assert.Equal(i, await one.ScalarAsync("select $1", i));
            Assert.Equal(i, await other.ScalarAsync("select $1", i));
        }

        await first.RollbackAsync("here");
        await one.ScalarAsync("select 1");
        Assert.Equal(2, await SlotTenants.HeldAsync(tenant));
    }

    [Fact]
    public async Task Procedures_batches_and_lent_sessions_hold_one_too()
    {
        var tenant = await tenants.CreateAsync("one", TenantIsolation.Row);
        await using var connection = await SlotTenants.OpenAsync(tenants.First, tenant);
        await using (var batch = connection.Batch("select 1", "select repeat('x', 1000) from generate_series(1, 100000)"))
        await using (await batch.ExecuteReaderAsync())
            Assert.Equal(1, await SlotTenants.HeldAsync(tenant));
        using (tenants.First.Tenants.Enter(tenant))
        {
            await connection.CloseAsync();
            Assert.Equal(1, await tenants.First.Data.UseNpgsqlAsync(async (_, _) => await SlotTenants.HeldAsync(tenant)));
            await connection.OpenAsync();
        }

        Assert.NotEmpty((await connection.GetSchemaAsync("Tables")).Rows);
        await using var described = await connection.Command("select 1 as n").ExecuteReaderAsync(CommandBehavior.SchemaOnly);
        Assert.Equal("n", described.GetName(0));
    }

    [Fact]
    public async Task A_statement_can_take_no_slots_of_others_and_no_second_one()
    {
        var tenant = await tenants.CreateAsync("four", TenantIsolation.Row);
        await using var connection = await SlotTenants.OpenAsync(tenants.First, tenant);
        foreach (var attack in new[] { "select seed from tenancy.slot_seed", "select * from pg_locks", "select pg_lock_status()::text", "select set_config('tenancy.slot', '', true)" })
            Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => connection.ScalarAsync(attack))).SqlState);
        await using var transaction = await connection.BeginTransactionAsync();
        Assert.Equal(true, await connection.ScalarAsync("select tenancy.try_slot(1000) and tenancy.try_slot(4)"));
        Assert.Equal(1, await SlotTenants.HeldAsync(tenant));
    }

    [Fact]
    public async Task Without_slots_nothing_is_sent_for_them_and_a_process_holds_no_more_connections_than_slots()
    {
        var free = await tenants.CreateAsync("any", TenantIsolation.Row);
        await using var unlimited = await SlotTenants.OpenAsync(tenants.First, free);
        Assert.Equal(("select tenancy.enter($1)", null), (unlimited.Form.Statement, unlimited.Form.Asking));

        var two = await tenants.CreateAsync("two", TenantIsolation.Row);
        await using var one = await SlotTenants.OpenAsync(tenants.First, two);
        Assert.Equal("select tenancy.enter($1), tenancy.take_slot(2)", one.Form.Statement);
        await using var other = await SlotTenants.OpenAsync(tenants.First, two);
        var refused = await Assert.ThrowsAsync<TenantConnectionTimeoutException>(() => SlotTenants.OpenAsync(tenants.First, two));
        Assert.True(refused.IsOwnLimit);
        Assert.Equal(TenantRefusalKind.LimitExceeded, ((ITenantRefusal)refused).Kind);
    }
}
