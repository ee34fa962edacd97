using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>One address, behind which the server changes: what a proxy, a virtual address or a name does at a fail-over.</summary>
[Collection(ReplicatedTenants.Name)]
public sealed class MovedAddressTests(ReplicatedTenants replicated)
{
    [Fact]
    public async Task A_write_that_reaches_a_standby_goes_once_more_to_where_the_address_leads_by_then()
    {
        await using var proxy = new RecordingProxy { Target = replicated.Cluster.PrimaryPort };
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Administrator = replicated.Cluster.Primary,
            Port = proxy.Port,
            DropDatabases = false,
        });
        var tenant = await deployment.CreateAsync(TenantIsolation.Row);
        await using (var connection = await OpenAsync())
            await connection.Command("insert into notes (id, mark) values (1, 'mine')").ExecuteNonQueryAsync();
        await WaitForReplayAsync(tenant);

        // The address moves to the standby, where two sessions are opened, and back.
        await MoveToStandbyAsync();
        proxy.Target = replicated.Cluster.PrimaryPort;
        await using (var connection = await OpenAsync())
        {
            Assert.True(await ReplicatedTenants.IsStandbyAsync(connection));
            Assert.Equal(1, await connection.Command("update notes set size = size + 1").ExecuteNonQueryAsync());
            Assert.False(await ReplicatedTenants.IsStandbyAsync(connection));
        }

        // The one that was idle beside it has gone as well.
        await using (var connection = await OpenAsync())
        await using (var second = await OpenAsync())
        {
            Assert.False(await ReplicatedTenants.IsStandbyAsync(connection));
            Assert.False(await ReplicatedTenants.IsStandbyAsync(second));
            Assert.Equal(1, await connection.ScalarAsync("select size from notes where id = 1"));
        }

        // A transaction that begins with it begins again; later in one the error is the caller's, and the session goes all the same.
        foreach (var reads in (bool[])[false, true])
        {
            await MoveToStandbyAsync();
            proxy.Target = replicated.Cluster.PrimaryPort;
            await using (var connection = await OpenAsync())
            {
                await using var transaction = await connection.BeginTransactionAsync();
                var write = connection.Command("update notes set size = size + 1");
                if (reads)
                {
                    await connection.ScalarAsync("select 1");
                    var refused = await Assert.ThrowsAsync<PostgresException>(() => write.ExecuteNonQueryAsync());
                    Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, refused.SqlState);
                }
                else
                {
                    Assert.Equal(1, await write.ExecuteNonQueryAsync());
                }
            }

            await using (var connection = await OpenAsync())
                Assert.Equal(1, await connection.Command("update notes set size = size + 1").ExecuteNonQueryAsync());
        }

        // While there is nothing but a standby, the error comes through, after one more try.
        await MoveToStandbyAsync();
        await using (var connection = await OpenAsync())
        {
            var before = deployment.Options.Logs.Messages.Count(message => message.Contains("the server is a standby", StringComparison.Ordinal));
            var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.Command("update notes set size = size + 1").ExecuteNonQueryAsync());
            Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, refused.SqlState);
            Assert.Equal(before + 1, deployment.Options.Logs.Messages.Count(message => message.Contains("the server is a standby", StringComparison.Ordinal)));
        }

        // What the host does at its end, it does at the primary.
        proxy.Target = replicated.Cluster.PrimaryPort;
        proxy.Cut();

        async Task<TenantConnection> OpenAsync()
        {
            using var scope = deployment.Tenants.Enter(tenant);
            return await deployment.Data.OpenConnectionAsync();
        }

        async Task MoveToStandbyAsync()
        {
            proxy.Target = replicated.Cluster.StandbyPort;
            proxy.Cut();
            for (var tries = 0; tries < 20; tries++)
            {
                try
                {
                    await using var first = await OpenAsync();
                    await using var second = await OpenAsync();
                    if (await ReplicatedTenants.IsStandbyAsync(first) && await ReplicatedTenants.IsStandbyAsync(second))
                        return;
                }
                catch (NpgsqlException e) when (e.IsTransient)
                {
                    // A session that was cut.
                }
            }

            Assert.Fail("The address did not move.");
        }
    }

    async Task WaitForReplayAsync(Tenant tenant)
    {
        await using var primary = await PrivateCluster.OpenAsync("postgres", replicated.Cluster.Primary);
        await using var position = new NpgsqlCommand("select pg_current_wal_insert_lsn()::text", primary);
        var reached = (string)(await position.ExecuteScalarAsync())!;
        await using var standby = await PrivateCluster.OpenAsync("postgres", replicated.Cluster.Standby);
        await using var replayed = new NpgsqlCommand("select pg_last_wal_replay_lsn() >= $1::pg_lsn", standby) { Parameters = { new() { Value = reached } } };
        for (var tries = 0; tries < 500 && await replayed.ExecuteScalarAsync() is not true; tries++)
            await Task.Delay(10);
    }
}
