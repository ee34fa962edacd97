using System.Data;
using Npgsql;
using NpgsqlTypes;

namespace Tenancy.Postgres.Tests;

/// <summary>A transaction that is begun again on another session, and what may be done to it meanwhile and after it failed.</summary>
public sealed class BeginAgainTests(SlotTenants tenants) : IClassFixture<SlotTenants>
{
    /// <summary>A stream is read once: sent again as it stands it would be empty.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_stream_is_sent_again_from_where_it_began_or_not_at_all(bool transacts, bool seeks)
    {
        var tenant = await tenants.CreateAsync("four", TenantIsolation.Database);
        await using var connection = await SlotTenants.OpenAsync(tenants.First, tenant);
        await connection.ScalarAsync("select 1");
        await using var transaction = transacts ? await connection.BeginTransactionAsync() : null;
        await KillAsync(tenant);
        using var bytes = new MemoryStream(new byte[1010]) { Position = 10 };
        await using var command = connection.Command("select length($1)");
        command.Parameters.Add(new NpgsqlParameter { Value = seeks ? bytes : new OnceStream(bytes), NpgsqlDbType = NpgsqlDbType.Bytea, Size = 1000 });
        if (seeks)
            Assert.Equal(1000, await command.ExecuteScalarAsync());
        else
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => command.ExecuteScalarAsync());
    }

    /// <summary>As applications do it: rolled back where it failed, and the error goes on.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public async Task A_refused_transaction_can_be_rolled_back_and_its_connection_used_again(bool async)
    {
        var tenant = await tenants.CreateAsync("one", TenantIsolation.Row);
        await using var holder = await SlotTenants.OpenAsync(tenants.First, tenant);
        await using var holding = await holder.BeginTransactionAsync();
        await holder.ScalarAsync("select 1");
        await using var connection = await SlotTenants.OpenAsync(tenants.Second, tenant);
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await Assert.ThrowsAsync<TenantConcurrencyException>(() => connection.ScalarAsync("select 1"));
            await holding.RollbackAsync();
            await Assert.ThrowsAsync<InvalidOperationException>(() => connection.Command("insert into notes (id, mark) values (901, 'alone')").ExecuteNonQueryAsync());
            if (async)
                await transaction.RollbackAsync();
            else
                transaction.Rollback();
        }

        Assert.Equal(0L, await connection.ScalarAsync("select count(*) from notes where id = 901"));
        await using var again = await connection.BeginTransactionAsync();
        Assert.Equal(2, await connection.ScalarAsync("select 2"));
        await again.CommitAsync();
    }

    [Fact]
    public async Task While_it_waits_no_other_statement_of_the_connection_is_committed_by_itself()
    {
        var tenant = await tenants.CreateAsync("one", TenantIsolation.Row);
        await using var holder = await SlotTenants.OpenAsync(tenants.First, tenant);
        await using var holding = await holder.BeginTransactionAsync();
        await holder.ScalarAsync("select 1");
        await using var connection = await SlotTenants.OpenAsync(tenants.Second, tenant);
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            var lease = connection.Lease;
            var waiting = connection.ScalarAsync("select 1");
            await WaitsAsync(connection, lease);
            var other = connection.Command("insert into notes (id, mark) values (902, 'alone')").ExecuteNonQueryAsync();
            await holding.RollbackAsync();
            await Assert.ThrowsAsync<InvalidOperationException>(() => other);
            Assert.Equal(1, await waiting);
            await transaction.RollbackAsync();
        }

        Assert.Equal(0L, await connection.ScalarAsync("select count(*) from notes where id = 902"));
    }

    [Fact]
    public async Task Who_ends_it_while_it_waits_has_ended_it()
    {
        var tenant = await tenants.CreateAsync("one", TenantIsolation.Row);
        await using var holder = await SlotTenants.OpenAsync(tenants.First, tenant);
        await using var holding = await holder.BeginTransactionAsync();
        await holder.ScalarAsync("select 1");
        await using var connection = await SlotTenants.OpenAsync(tenants.Second, tenant);
        await using var transaction = await connection.BeginTransactionAsync();
        var lease = connection.Lease;
        var waiting = connection.Command("insert into notes (id, mark) values (903, 'in it')").ExecuteNonQueryAsync();
        await WaitsAsync(connection, lease);
        await transaction.DisposeAsync();
        await holding.RollbackAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => waiting);
        Assert.Equal(0L, await holder.ScalarAsync("select count(*) from notes where id = 903"));
        Assert.Equal(0, await SlotTenants.HeldAsync(tenant));
    }

    [Fact]
    public async Task A_savepoint_that_failed_is_not_forgotten()
    {
        var tenant = await tenants.CreateAsync("four", TenantIsolation.Database);
        await using var connection = await SlotTenants.OpenAsync(tenants.First, tenant);
        await using var transaction = await connection.BeginTransactionAsync();
        await Assert.ThrowsAsync<PostgresException>(() => transaction.RollbackAsync("none"));
        await KillAsync(tenant);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => connection.ScalarAsync("select 1"));
    }

    /// <summary>The only session of the budget is another tenant's when a statement needs another: what it gets then it must give back.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public async Task A_connection_that_was_closed_while_its_statement_waited_for_a_session_keeps_none(bool transacts)
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Budget = 1 });
        var tenant = await deployment.CreateAsync(TenantIsolation.Row);
        await using var connection = await LimitedTenants.OpenAsync(deployment, tenant);
        await connection.ScalarAsync("select 1");
        await using var transaction = transacts ? await connection.BeginTransactionAsync() : null;
        await KillAsync(tenant);
        // It is next in line for what the statement gives up.
        var other = LimitedTenants.OpenAsync(deployment, tenant);
        var waiting = connection.ScalarAsync("select 1");
        await using (await other)
        {
            Assert.False(waiting.IsCompleted);
            Assert.Equal(ConnectionState.Connecting, connection.State);
            await connection.CloseAsync();
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => waiting);
        await using var next = await LimitedTenants.OpenAsync(deployment, tenant);
        Assert.Equal(2, await next.ScalarAsync("select 2"));
    }

    /// <summary>Until it found all slots taken, and has another session to begin on.</summary>
    static async Task WaitsAsync(TenantConnection connection, int lease)
    {
        await SlotTenants.ShortAsync(connection);
        for (var i = 0; i < 2000 && (connection.Lease == lease || connection.State != ConnectionState.Open); i++)
            await Task.Delay(5);
        Assert.Equal(ConnectionState.Open, connection.State);
    }

    static Task KillAsync(Tenant tenant) => PrivateCluster.ExecuteAsync(tenant.Placement.Database,
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'");

    /// <summary>A stream that can be read once.</summary>
    sealed class OnceStream(Stream of) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => of.Read(buffer, offset, count);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
