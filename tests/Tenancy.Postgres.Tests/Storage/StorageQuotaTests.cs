using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.Postgres.Tests;

public sealed class StorageQuotaTests(StoredTenants tenants) : IClassFixture<StoredTenants>
{
    const string Insert = "insert into notes (id, mark) values (-1, 'one more')";

    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    [Theory]
    [MemberData(nameof(Isolations))]
    public async Task A_full_tenant_reads_and_deletes_and_writes_again_when_there_is_room(TenantIsolation isolation)
    {
        var (full, other) = (await tenants.Deployment.CreateAsync(isolation), await tenants.Deployment.CreateAsync(isolation));
        await tenants.FillAsync(full, 1, 2000);
        await tenants.FillAsync(other, 1, 20);
        var (weight, little) = (await tenants.Storage.MeasureAsync(full), await tenants.Storage.MeasureAsync(other));
        Assert.True(weight.IsExact);
        Assert.InRange(weight.Bytes, 2000 * 500, 2000 * 500 * 3);
        Assert.InRange(little.Bytes, 20 * 500, weight.Bytes / 4);

        // In force with the next snapshot, by what is known.
        await tenants.LimitAsync(full, weight.Bytes / 2);
        await tenants.LimitAsync(other, weight.Bytes / 2);
        await using var connection = await tenants.OpenAsync(full);
        string[] growing =
        [
            Insert, "update notes set size = 1 where id = 1", "with a as (insert into notes (id, mark) values (-1, 'a') returning id) select * from a",
            "/* a comment */ INSERT INTO notes (id, mark) values (-1, 'a')",
        ];
        foreach (var statement in growing)
        {
            var refused = await Assert.ThrowsAsync<TenantStorageExceededException>(() => connection.Command(statement).ExecuteNonQueryAsync());
            Assert.Equal((TenantRefusalKind.StorageFull, false), (refused.Kind, refused.IsTransient));
            Assert.Equal(weight.Bytes / 2, refused.Limits!.QuotaBytes);
            Assert.Throws<TenantStorageExceededException>(() => connection.Command(statement).ExecuteReader());
            await Assert.ThrowsAsync<TenantStorageExceededException>(() => connection.Batch("select 1", statement).ExecuteNonQueryAsync());
        }

        await Assert.ThrowsAsync<TenantStorageExceededException>(
            () => connection.BulkInsertAsync("notes", [-5L], static columns => columns.Add("id", static id => id).Add("mark", static _ => "bulk")));
        Assert.Equal(2000L, await connection.ScalarAsync("select count(*) from notes"));
        Assert.Equal(10, await connection.Command("delete from notes where id <= 10").ExecuteNonQueryAsync());
        Assert.Equal(10L, await connection.ScalarAsync("with gone as (delete from notes where id <= 20 returning id) select count(*) from gone"));
        await tenants.FillAsync(other, 21, 22);

        // Still too much; then there is room.
        Assert.True((await tenants.Storage.MeasureAsync(full)).IsFull);
        await Assert.ThrowsAsync<TenantStorageExceededException>(() => connection.Command(Insert).ExecuteNonQueryAsync());
        await connection.Command("delete from notes where id > 30").ExecuteNonQueryAsync();
        Assert.False((await tenants.Storage.MeasureAsync(full)).IsFull);
        Assert.Equal(1, await connection.Command(Insert).ExecuteNonQueryAsync());
    }

    [Fact]
    public async Task A_quota_that_is_raised_counts_at_once_and_one_that_is_taken_away_as_well()
    {
        var tenant = await tenants.Deployment.CreateAsync(TenantIsolation.Row);
        await tenants.FillAsync(tenant, 1, 500);
        var reading = await tenants.Storage.MeasureAsync(tenant);
        foreach (var more in new[] { $"\"quotaBytes\":{reading.Bytes * 2}", "" })
        {
            await tenants.LimitAsync(tenant, 1000);
            await using var connection = await tenants.OpenAsync(tenant);
            await Assert.ThrowsAsync<TenantStorageExceededException>(() => connection.Command(Insert).ExecuteNonQueryAsync());
            await tenants.LimitAsync(tenant, more);
            await connection.Command(Insert).ExecuteNonQueryAsync();
            await connection.Command("delete from notes where id = -1").ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task Thresholds_are_told_of_once_each_time_they_are_passed_and_grace_ends()
    {
        var tenant = await tenants.Deployment.CreateAsync(TenantIsolation.Schema);
        await tenants.FillAsync(tenant, 1, 1000);
        var full = (await tenants.Storage.MeasureAsync(tenant)).Bytes;
        await tenants.LimitAsync(tenant, full * 100 / 85);
        await tenants.Storage.MeasureAsync(tenant);
        await tenants.Storage.MeasureAsync(tenant);
        Assert.Equal([(StorageResource.Bytes, 80)], tenants.Heard.Of(tenant));

        // Above it, its rows are weighed, which is a little less than its files.
        await tenants.LimitAsync(tenant, full * 3 / 4, gracePercent: 100);
        var reading = await tenants.Storage.MeasureAsync(tenant);
        Assert.Equal([(StorageResource.Bytes, 80), (StorageResource.Bytes, 100)], tenants.Heard.Of(tenant));
        Assert.Equal((false, true), (reading.IsFull, reading.ExceededSince is not null));
        await using var connection = await tenants.OpenAsync(tenant);
        await connection.Command(Insert).ExecuteNonQueryAsync();

        // Above for longer than the grace; and since when does not change.
        await tenants.LimitAsync(tenant, full * 3 / 4, gracePercent: 100, gracePeriod: "00:00:00.001");
        Assert.Equal(reading.ExceededSince, (await tenants.Storage.MeasureAsync(tenant)).ExceededSince);
        await Assert.ThrowsAsync<TenantStorageExceededException>(() => connection.Command(Insert).ExecuteNonQueryAsync());

        await connection.Command("delete from notes").ExecuteNonQueryAsync();
        Assert.Null((await tenants.Storage.MeasureAsync(tenant)).ExceededSince);
        await tenants.FillAsync(tenant, 1, 1000);
        await tenants.Storage.MeasureAsync(tenant);
        Assert.Equal(100, tenants.Heard.Of(tenant)[^1].Percent);
        Assert.Equal(3, tenants.Heard.Of(tenant).Length);
    }

    [Theory]
    [MemberData(nameof(Isolations))]
    public async Task Rows_and_tables_are_counted_too(TenantIsolation isolation)
    {
        var tenant = await tenants.Deployment.CreateAsync(isolation);
        await tenants.FillAsync(tenant, 1, 95);
        await tenants.LimitAsync(tenant, "\"maxRows\":100,\"maxTables\":2,\"gracePercent\":0");
        var reading = await tenants.Storage.MeasureAsync(tenant);
        Assert.Equal((95, 2, false), (reading.MostRows, reading.Tables, reading.IsFull));
        Assert.Equal([(StorageResource.Rows, 90), (StorageResource.Tables, 100)], tenants.Heard.Of(tenant));
        await tenants.FillAsync(tenant, 96, 101);
        Assert.True((await tenants.Storage.MeasureAsync(tenant)).IsFull);
        var refused = await Assert.ThrowsAsync<TenantStorageExceededException>(() => tenants.FillAsync(tenant, 102, 102));
        Assert.Contains("101 rows", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Isolations))]
    public async Task The_background_finds_who_is_near_and_counts_only_those(TenantIsolation isolation)
    {
        var (near, far) = (await tenants.Deployment.CreateAsync(isolation), await tenants.Deployment.CreateAsync(isolation));
        foreach (var tenant in new[] { near, far })
        {
            await tenants.FillAsync(tenant, 1, 3000);
            await PrivateCluster.ExecuteAsync(tenant.Placement.Database, "analyze");
        }

        var bytes = (await tenants.Storage.MeasureAsync(near)).Bytes;
        await tenants.LimitAsync(near, bytes * 3 / 4);
        await tenants.LimitAsync(far, bytes * 1000);
        // In eleven rounds each tenant's turn to be counted comes once at least.
        var exact = 0;
        for (var round = 0; round < 11; round++)
        {
            await tenants.MeasureAllAsync();
            Assert.True(tenants.Storage.Read(near.Id) is { IsExact: true, IsFull: true });
            var reading = tenants.Storage.Read(far.Id)!;
            exact += reading.IsExact ? 1 : 0;
            Assert.InRange(reading.Bytes, bytes * 0.6, bytes * 1.7);
        }

        Assert.InRange(exact, isolation == TenantIsolation.Row ? 0 : 1, isolation == TenantIsolation.Row ? 0 : 2);
        await tenants.FillAsync(far, 3001, 3002);
    }

    [Fact]
    public async Task Other_processes_hear_of_it()
    {
        var tenant = await tenants.Deployment.CreateAsync(TenantIsolation.Row);
        await tenants.FillAsync(tenant, 1, 100);
        tenant = await tenants.LimitAsync(tenant, 1000);
        await using var second = await Deployment.StartAsync(tenants.Deployment.Options.Again());
        using var scope = second.Tenants.Enter(tenant);
        await using var connection = await second.Data.OpenConnectionAsync();
        await tenants.Storage.MeasureAsync(tenant);
        await connection.Command(Insert).ExecuteNonQueryAsync();
        await second.Services.GetRequiredService<TenantStorage>().HearAsync(default);
        await Assert.ThrowsAsync<TenantStorageExceededException>(() => connection.Command(Insert).ExecuteNonQueryAsync());
    }

    [Fact]
    public async Task What_was_measured_is_part_of_the_hours_use()
    {
        var tenant = await tenants.Deployment.CreateAsync(TenantIsolation.Row);
        await tenants.FillAsync(tenant, 1, 100);
        var reading = await tenants.Storage.MeasureAsync(tenant);
        var history = tenants.Deployment.Services.GetRequiredService<IUsageHistory>();
        var days = await history.ReadAsync(tenant.Id, UsagePeriod.Day, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Assert.Equal(reading.Bytes, days.Max(static day => day.Amounts.Storage));
    }
}
