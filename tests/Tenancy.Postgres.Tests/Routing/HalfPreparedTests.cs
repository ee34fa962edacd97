using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>A statement that fails just when the driver prepares it is no trouble to whoever uses the session next.</summary>
public sealed class HalfPreparedTests
{
    [Theory]
    [InlineData(TenantIsolation.Row)]
    [InlineData(TenantIsolation.Schema)]
    public async Task The_next_tenant_is_not_harmed_whenever_it_failed(TenantIsolation isolation)
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Budget = 1, MaxAutoPrepare = 10 });
        var (one, other) = (await deployment.CreateAsync(isolation), await deployment.CreateAsync(isolation));
        // The driver prepares what it has seen five times; on which of these that is, is its business.
        for (var uses = 0; uses < 8; uses++)
        {
            var text = $"select 10 / $1::int as tenth{uses}";
            for (var i = 0; i < uses; i++)
                Assert.Equal(10, await DivideAsync(deployment, one, text, 1));
            for (var i = 0; i < 2; i++)
            {
                var refusal = await Assert.ThrowsAsync<PostgresException>(() => DivideAsync(deployment, one, text, 0));
                Assert.Equal(PostgresErrorCodes.DivisionByZero, refusal.SqlState);
                Assert.Equal(5, await DivideAsync(deployment, other, text, 2));
            }
        }
    }

    [Fact]
    public async Task However_often_a_text_fails_in_one_lease_little_is_remembered_and_the_session_goes()
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Budget = 1, MaxAutoPrepare = 10 });
        using var scope = deployment.Tenants.Enter(await deployment.CreateAsync(TenantIsolation.Row));
        const string Text = "select 10 / $1::int";
        Session worn;
        await using (var connection = await deployment.Data.OpenConnectionAsync())
        {
            worn = connection.Session;
            for (var i = 0; i < 120; i++)
                await Assert.ThrowsAsync<PostgresException>(() => connection.ScalarAsync(Text, 0));
            Assert.InRange(worn.TextFor(Text).Length - Text.Length, 1, 50);
        }

        await using var next = await deployment.Data.OpenConnectionAsync();
        Assert.NotSame(worn, next.Session);
        Assert.Equal(10, await next.ScalarAsync(Text, 1));
    }

    [Fact]
    public async Task The_driver_by_itself_is_harmed()
    {
        await using var plain = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(PrivateCluster.Administrator) { MaxAutoPrepare = 10, MaxPoolSize = 1 });
        for (var use = 0; use < 4; use++)
            Assert.Equal(10, await DivideAsync(plain, 1));
        await Assert.ThrowsAsync<PostgresException>(() => DivideAsync(plain, 0));
        // Should a later driver do better, what is done against it here can go.
        await Assert.ThrowsAnyAsync<Exception>(() => DivideAsync(plain, 1));
    }

    static async Task<int> DivideAsync(Deployment deployment, Tenant tenant, string text, int by)
    {
        using var scope = deployment.Tenants.Enter(tenant);
        await using var connection = await deployment.Data.OpenConnectionAsync();
        return (int)(await connection.ScalarAsync(text, by))!;
    }

    static async Task<int> DivideAsync(NpgsqlDataSource plain, int by)
    {
        await using var batch = plain.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select 1"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select 10 / $1::int") { Parameters = { new() { Value = by } } });
        await using var reader = await batch.ExecuteReaderAsync();
        await reader.NextResultAsync();
        await reader.ReadAsync();
        return reader.GetInt32(0);
    }
}
