namespace Tenancy.Core.Tests;

public sealed class UsageBookTests
{
    readonly UsageBook _book = new();

    [Fact]
    public void What_was_counted_is_taken_once()
    {
        var tenant = Sample.Tenant("acme");
        for (var metric = UsageMetric.Requests; metric < UsageMetric.Storage; metric++)
            _book.Count(tenant, metric, 1 + (long)metric);
        _book.Count(tenant, UsageMetric.Requests);

        var entry = Assert.Single(_book.Take());
        Assert.Equal(tenant.Id, entry.Tenant);
        Assert.Equal(2, entry.Amounts.Requests);
        for (var metric = UsageMetric.Rejections; metric < UsageMetric.Storage; metric++)
            Assert.Equal(1 + (long)metric, entry.Amounts[metric]);
        Assert.Empty(_book.Take());
    }

    [Fact]
    public async Task Nothing_is_lost_or_counted_twice_while_it_is_taken()
    {
        const int Each = 200_000;
        var tenants = Enumerable.Range(0, 50).Select(i => Sample.Tenant($"tenant-{i:00}")).ToArray();
        var counting = Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
                _book.Count(tenants[(i * 7 + worker) % tenants.Length], UsageMetric.Requests);
        })).ToArray();
        var sums = new Dictionary<TenantId, long>();
        while (!Array.TrueForAll(counting, static task => task.IsCompleted))
            Add();
        await Task.WhenAll(counting);
        Add();

        Assert.Equal(4L * Each, sums.Values.Sum());
        Assert.All(tenants, tenant => Assert.Equal(4L * Each / tenants.Length, sums[tenant.Id]));

        void Add()
        {
            foreach (var entry in _book.Take())
                sums[entry.Tenant] = sums.GetValueOrDefault(entry.Tenant) + entry.Amounts.Requests;
        }
    }

    [Fact]
    public void A_copy_under_another_id_counts_for_itself_and_a_newer_object_of_the_same_tenant_for_the_same()
    {
        var tenant = Sample.Tenant("acme");
        _book.Count(tenant, UsageMetric.Pages);
        _book.Count(tenant with { Name = "Renamed" }, UsageMetric.Pages);
        var other = tenant with { Id = TenantId.Create(TimeProvider.System) };
        _book.Count(other, UsageMetric.Pages, 5);

        var taken = _book.Take().ToDictionary(static entry => entry.Tenant, static entry => entry.Amounts.Pages);
        Assert.Equal(2, taken[tenant.Id]);
        Assert.Equal(5, taken[other.Id]);
        Assert.Equal(tenant, tenant with { });
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var tenant = Sample.Tenant("acme");
        _book.Count(tenant, UsageMetric.Requests);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            _book.Count(tenant, UsageMetric.Rows, 10);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(UsageMetric.Storage)]
    [InlineData((UsageMetric)(-1))]
    [InlineData((UsageMetric)99)]
    public void What_cannot_be_counted_is_refused(UsageMetric metric) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _book.Count(Sample.Tenant("acme"), metric));

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    [InlineData(1_000_000_000_000_001)]
    public void More_than_anybody_uses_is_refused(long amount) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _book.Count(Sample.Tenant("acme"), UsageMetric.Bytes, amount));

    [Fact]
    public void A_sum_that_no_time_can_tell_does_not_take_the_others_with_it()
    {
        var (one, other) = (Sample.Tenant("acme"), Sample.Tenant("globex"));
        _book.Count(other, UsageMetric.Requests);
        for (var i = 0; i < 1000; i++)
            _book.Count(one, UsageMetric.DatabaseTime, 1_000_000_000_000_000);
        _book.Count(one, UsageMetric.Requests);
        var taken = _book.Take();
        Assert.Equal(1, taken.Single(entry => entry.Tenant == other.Id).Amounts.Requests);
        Assert.Equal(1, taken.Single(entry => entry.Tenant == one.Id).Amounts.Requests);
    }

    [Fact]
    public void A_tenant_that_is_gone_is_forgotten_and_what_still_counts_for_it_is_not_lost()
    {
        var (tenant, tenants) = (Sample.Tenant("acme"), new FixedTenants());
        var held = _book.Of(tenant.Id);
        _book.Forget(tenants.Current);
        Assert.NotSame(held, _book.Of(tenant.Id));
        held.Add(UsageMetric.Rows, 3);
        Assert.Equal(3, Assert.Single(_book.Take()).Amounts.Rows);
    }
}
