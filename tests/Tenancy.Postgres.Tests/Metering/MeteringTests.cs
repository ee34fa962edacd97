using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.Postgres.Tests;

public sealed class MeteringTests(MeteredTenants tenants) : IClassFixture<MeteredTenants>
{
    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    [Theory]
    [MemberData(nameof(Isolations))]
    public async Task What_a_tenant_reads_and_changes_is_counted_for_it_alone(TenantIsolation isolation)
    {
        var (one, other) = (await tenants.Deployment.CreateAsync(isolation), await tenants.Deployment.CreateAsync(isolation));
        foreach (var tenant in new[] { one, other })
        {
            using var scope = tenants.Deployment.Tenants.Enter(tenant);
            await using var connection = await tenants.Deployment.Data.OpenConnectionAsync();
            await connection.Command("insert into notes (id, mark) select n, 'mark' from generate_series(1, 20) as n").ExecuteNonQueryAsync();
        }

        Assert.Equal(20, (await tenants.UsedAsync(one.Id)).Rows);
        using (tenants.Deployment.Tenants.Enter(one))
        {
            await using var connection = await tenants.Deployment.Data.OpenConnectionAsync();
            await using (var reader = await connection.Command("select * from notes").ExecuteReaderAsync())
            {
                while (await reader.ReadAsync())
                {
                }
            }

            await using (var reader = connection.Command("select * from notes limit 3").ExecuteReader())
            {
                while (reader.Read())
                {
                }
            }

            Assert.Equal(20L, await connection.ScalarAsync("select count(*) from notes"));
            await connection.Command("update notes set size = 1 where id <= 4").ExecuteNonQueryAsync();
            await connection.Batch("delete from notes where id = 1", "delete from notes where id = 2").ExecuteNonQueryAsync();
            await using (var reader = await connection.Command("delete from notes where id = 3 returning id").ExecuteReaderAsync())
                await reader.ReadAsync();
            await connection.ScalarAsync("select pg_sleep(0.05)");
        }

        var used = await tenants.UsedAsync(one.Id);
        Assert.Equal(20 + 20 + 3 + 1 + 4 + 2 + 1 + 1, used.Rows);
        Assert.InRange(used.DatabaseTime, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1));
        Assert.Equal(20, (await tenants.UsedAsync(other.Id)).Rows);
    }

    [Theory]
    [InlineData("measured", 7000, 9000)]
    [InlineData("any", 0, 0)]
    public async Task Bytes_of_results_are_counted_where_the_tier_limits_them(string tier, long least, long most)
    {
        var tenant = await tenants.Deployment.Lifecycle.CreateAsync(new TenantSpecification(TenantSlug.Parse("bytes-" + tier), "A tenant", tier));
        using var scope = tenants.Deployment.Tenants.Enter(tenant);
        await using (var connection = await tenants.Deployment.Data.OpenConnectionAsync())
        await using (var reader = await connection.Command("select repeat('x', 700) from generate_series(1, 10)").ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
            }
        }

        var used = await tenants.UsedAsync(tenant.Id);
        Assert.Equal(10, used.Rows);
        Assert.InRange(used.Bytes, least, most);
    }

    [Fact]
    public async Task A_batch_that_comes_again_is_not_counted_again()
    {
        var (tenant, node) = (TenantId.Create(TimeProvider.System), Guid.NewGuid());
        var minute = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        UsageBatch Batch(long number, Guid? from = null) => new(
            from ?? node, number, minute, [new UsageEntry(tenant, new() { Requests = 1 }), new UsageEntry(tenant, new() { Requests = 2, Pages = 4 })]);
        await tenants.Ledger.AddAsync(Batch(1));
        await tenants.Ledger.AddAsync(Batch(1));
        Assert.Equal(3, (await tenants.UsedAsync(tenant)).Requests);
        // The next one is, and that of another process.
        await tenants.Ledger.AddAsync(Batch(2));
        await tenants.Ledger.AddAsync(Batch(1, Guid.NewGuid()));
        Assert.Equal(new UsageAmounts { Requests = 9, Pages = 12 }, await tenants.UsedAsync(tenant));
    }

    [Fact]
    public async Task Processes_that_write_the_same_tenants_do_not_wait_for_each_other_in_a_circle()
    {
        var ids = Enumerable.Range(0, 200).Select(static _ => TenantId.Create(TimeProvider.System)).ToArray();
        var minute = new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero);
        // The connections of four processes at once, each with another order.
        var writers = Enumerable.Range(0, 4).Select(_ => new PostgresUsageLedger(new UsageConnections(tenants.Deployment.Services.GetRequiredService<PostgresTenantCatalog>())));
        await Task.WhenAll(writers.Select((ledger, i) => Task.Run(async () =>
        {
            for (var number = 1; number <= 10; number++)
            {
                var order = ids.OrderBy(id => HashCode.Combine(id, i, number));
                await ledger.AddAsync(new UsageBatch(new Guid(i + 1, 7, 7, new byte[8]), number, minute, [.. order.Select(id => new UsageEntry(id, new() { Rows = 1 }))]));
            }
        })));
        var sums = (await tenants.History.SumAsync(minute, minute.AddMinutes(1))).ToDictionary(static entry => entry.Tenant, static entry => entry.Amounts.Rows);
        Assert.All(ids, id => Assert.Equal(40, sums[id]));
    }

    [Fact]
    public async Task A_million_requests_of_a_thousand_tenants_are_there_to_the_last_one_when_the_process_has_stopped()
    {
        const int Requests = 1_000_000, Threads = 4;
        var expected = new int[1000];
        var metered = Enumerable.Range(0, expected.Length).Select(_ => Sample()).ToArray();
        await using (var process = await Deployment.StartAsync(new DeploymentOptions
        {
            Suffix = tenants.Deployment.Options.Suffix,
            Install = false,
            DropDatabases = false,
            Settings = new() { ["Tenancy:Metering:FlushInterval"] = "00:00:01" },
        }))
        {
            var meter = process.Services.GetRequiredService<ITenantMeter>();
            await Task.WhenAll(Enumerable.Range(0, Threads).Select(seed => Task.Run(async () =>
            {
                var random = new Random(seed);
                for (var i = 0; i < Requests / Threads; i++)
                {
                    var tenant = random.Next(expected.Length);
                    Interlocked.Increment(ref expected[tenant]);
                    meter.Count(metered[tenant], UsageMetric.Requests);
                    meter.Count(metered[tenant], UsageMetric.Rows, tenant);
                    // Over some flushes.
                    if (i % 25_000 == 0)
                        await Task.Delay(200);
                }
            })));
        }

        var sums = (await tenants.History.SumAsync(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue)).ToDictionary(static entry => entry.Tenant, static entry => entry.Amounts);
        Assert.Equal(Requests, metered.Sum(tenant => sums[tenant.Id].Requests));
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal((expected[i], (long)expected[i] * i), (sums[metered[i].Id].Requests, sums[metered[i].Id].Rows));
    }

    static Tenant Sample() => new()
    {
        Id = TenantId.Create(TimeProvider.System),
        Slug = TenantSlug.Parse("tenant"),
        Name = "A tenant",
        Tier = "any",
        Status = TenantStatus.Active,
        Placement = new TenantPlacement(TenantIsolation.Row, Deployment.Server, "database", "schema"),
    };
}
