using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>The data source that only reads, where the server has no standby.</summary>
public sealed class ReadOnlyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_is_refused_also_where_leases_are_attested_and_ordinary_connections_write_on(bool strict)
    {
        var suffix = DeploymentOptions.SharedLogin + "_" + Guid.NewGuid().ToString("n")[..10];
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            AppLogin = suffix,
            AfterInstall = options => strict
                ? PrivateCluster.ExecuteAsync(options.SharedDatabase, $"grant execute on function pg_catalog.setseed(double precision) to {suffix}")
                : Task.CompletedTask,
        });
        var tenant = await deployment.CreateAsync(TenantIsolation.Row);
        using var scope = deployment.Tenants.Enter(tenant);
        var readers = new HashSet<object?>();
        for (var round = 0; round < 3; round++)
        {
            await using (var ordinary = await deployment.Data.OpenConnectionAsync())
                Assert.Equal(1, await ordinary.Command("insert into notes (id, mark) values ($1, 'mine')", (long)round).ExecuteNonQueryAsync());
            await using var reader = await deployment.Data.ReadOnly.OpenConnectionAsync();
            Assert.Equal(round + 1L, await reader.ScalarAsync("select count(*) from notes"));
            var refused = await Assert.ThrowsAsync<PostgresException>(() => reader.Command("delete from notes").ExecuteNonQueryAsync());
            Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, refused.SqlState);
            await Assert.ThrowsAsync<StatementRefusedException>(() => reader.Command("set transaction read write").ExecuteNonQueryAsync());
            readers.Add(await reader.ScalarAsync("select pg_backend_pid()"));
        }

        Assert.Single(readers);
        Assert.Equal(strict, deployment.Options.Logs.Messages.Any(message => message.Contains(" 2012 ", StringComparison.Ordinal)));
        // Closed with the pools, or the login could not be dropped.
        deployment.Data.OpenConnection().Dispose();
    }
}
