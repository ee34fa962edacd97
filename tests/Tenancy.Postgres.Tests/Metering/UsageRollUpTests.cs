namespace Tenancy.Postgres.Tests;

/// <summary>Amounts move from minutes to hours to days, and none is lost or doubled on the way.</summary>
public sealed class UsageRollUpTests : IAsyncLifetime
{
    static readonly DateTimeOffset Midnight = new(2026, 2, 1, 0, 0, 0, TimeSpan.Zero);

    readonly MeteredTenants _tenants = new();
    readonly TenantId _one = TenantId.Create(TimeProvider.System);
    readonly TenantId _other = TenantId.Create(TimeProvider.System);

    public async Task InitializeAsync()
    {
        await _tenants.InitializeAsync();
        // On both sides of a minute, an hour, a day and a month; each amount a power of ten, so that a sum tells its parts.
        DateTimeOffset[] minutes = [Midnight.AddMinutes(-61), Midnight.AddMinutes(-60), Midnight.AddMinutes(-1), Midnight, Midnight.AddMinutes(59), Midnight.AddMinutes(60)];
        for (var i = 0; i < minutes.Length; i++)
        {
            var amount = (long)Math.Pow(10, i);
            await _tenants.AddAsync(_one, minutes[i], new() { Requests = amount, DatabaseTime = TimeSpan.FromMicroseconds(amount) });
            await _tenants.AddAsync(_other, minutes[i], new() { Requests = 7 });
        }
    }

    public Task DisposeAsync() => _tenants.DisposeAsync();

    [Fact]
    public async Task Minutes_are_summed_by_the_hour_and_the_day_before_and_after_they_move()
    {
        // Nothing is old yet; then the minutes up to midnight; then all; then the hours.
        await CheckAsync(Midnight, new(0, 0, 0), minutes: [1, 10, 100, 1000, 10_000, 100_000]);
        await CheckAsync(Midnight.AddDays(3), new(6, 0, 0), minutes: [1000, 10_000, 100_000]);
        await CheckAsync(Midnight.AddDays(3).AddHours(2), new(6, 0, 0), minutes: []);
        await CheckAsync(Midnight.AddDays(36), new(0, 8, 0), minutes: []);
    }

    [Fact]
    public async Task What_arrives_after_its_hour_was_summed_up_is_added_to_it()
    {
        await _tenants.Upkeep(Midnight.AddDays(40)).TidyAsync(dryRun: false);
        await _tenants.AddAsync(_one, Midnight.AddMinutes(-1), new() { Requests = 5 });
        Assert.Equal(116, (await _tenants.History.ReadAsync(_one, UsagePeriod.Day, Midnight.AddDays(-1), Midnight)).Single().Amounts.Requests);
        await _tenants.Upkeep(Midnight.AddDays(40)).TidyAsync(dryRun: false);
        Assert.Equal(116, (await _tenants.History.ReadAsync(_one, UsagePeriod.Day, Midnight.AddDays(-1), Midnight)).Single().Amounts.Requests);
    }

    /// <summary>Sees what would be done, does it, and compares every view of the same.</summary>
    async Task CheckAsync(DateTimeOffset now, UsageTidied expected, long[] minutes)
    {
        var upkeep = _tenants.Upkeep(now);
        var planned = await upkeep.TidyAsync(dryRun: true);
        Assert.Equal(planned, await upkeep.TidyAsync(dryRun: true));
        Assert.Equal(expected, planned);
        Assert.Equal(planned, await upkeep.TidyAsync(dryRun: false));
        Assert.Equal(default, await upkeep.TidyAsync(dryRun: false));

        Assert.Equal(minutes, await RequestsAsync(UsagePeriod.Minute));
        if (now < Midnight.AddDays(35))
            Assert.Equal(new long[] { 1, 110, 11_000, 100_000 }, await RequestsAsync(UsagePeriod.Hour));
        Assert.Equal(new long[] { 111, 111_000 }, await RequestsAsync(UsagePeriod.Day));
        var sums = await _tenants.History.SumAsync(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);
        Assert.Equal(new UsageAmounts { Requests = 111_111, DatabaseTime = TimeSpan.FromMicroseconds(111_111) }, sums.Single(entry => entry.Tenant == _one).Amounts);
        Assert.Equal(42, sums.Single(entry => entry.Tenant == _other).Amounts.Requests);
    }

    async Task<long[]> RequestsAsync(UsagePeriod period) =>
        [.. (await _tenants.History.ReadAsync(_one, period, Midnight.AddDays(-2), Midnight.AddDays(2))).Select(static point => point.Amounts.Requests)];
}
