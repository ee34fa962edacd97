using System.Buffers.Binary;
using System.Text;
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

    /// <summary>The scope itself, cancelled when the server has heard what it is, and not yet that it is to be run.</summary>
    [Theory]
    [InlineData(TenantIsolation.Row)]
    [InlineData(TenantIsolation.Schema)]
    public async Task The_next_tenant_is_not_harmed_where_the_scope_was_half_prepared(TenantIsolation isolation)
    {
        await using var proxy = new RecordingProxy { BreakFor = TimeSpan.FromMilliseconds(600) };
        await using var deployment = await Deployment.StartAsync(LimitedTenants.Options(proxy.Port));
        var (one, other) = (await LimitedTenants.CreateAsync(deployment, "limited", isolation), await LimitedTenants.CreateAsync(deployment, "limited", isolation));
        var halves = 0;
        // The driver prepares what it has seen five times on a connection.
        for (var uses = 1; uses < 8; uses++)
        {
            await PrivateCluster.ExecuteAsync(
                "postgres", $"select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '{deployment.SharedDatabase}' and usename = '{deployment.Options.AppLogin}'");
            await using (var connection = await LimitedTenants.OpenAsync(deployment, other))
                await connection.ScalarAsync("select 1");
            await using (var connection = await LimitedTenants.OpenAsync(deployment, one))
            {
                await using var transaction = await connection.BeginTransactionAsync();
                for (var i = 0; i < uses; i++)
                    await connection.ScalarAsync("select 1");
                var broken = 0;
                proxy.Break = said => EndOfScope(said.Span) is > 0 and var end && Interlocked.Increment(ref broken) == 1 ? end : 0;
                // The server heeds no cancellation between two messages, but its own clock; the driver takes one for the other.
                using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
                try
                {
                    await connection.Command("select 1").ExecuteScalarAsync(stop.Token);
                }
                catch (OperationCanceledException)
                {
                    halves++;
                }

                proxy.Break = null;
            }

            for (var i = 0; i < 6; i++)
            {
                await using var next = await LimitedTenants.OpenAsync(deployment, other);
                Assert.Equal(other.Id.Value, await next.ScalarAsync("select tenancy.current_tenant()"));
            }
        }

        // The last of which is the one.
        Assert.InRange(halves, 4, 7);
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

    /// <summary>Where what the server is told to parse as the scope ends, with more behind it; else 0.</summary>
    static int EndOfScope(ReadOnlySpan<byte> said)
    {
        for (var at = 0; at + 5 < said.Length;)
        {
            var end = at + 1 + BinaryPrimitives.ReadInt32BigEndian(said[(at + 1)..]);
            if (end <= at || end >= said.Length)
                return 0;
            if (said[at] == 'P' && Encoding.UTF8.GetString(said[at..end]).Contains("tenancy.enter", StringComparison.Ordinal))
                return end;
            at = end;
        }

        return 0;
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
