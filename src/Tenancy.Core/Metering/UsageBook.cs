using System.Collections.Concurrent;

namespace Tenancy;

/// <summary>What all tenants used since it was last written.</summary>
internal sealed class UsageBook : ITenantMeter
{
    readonly ConcurrentDictionary<Guid, UsageCounters> _counters = new();
    readonly Func<Guid, UsageCounters> _make;
    UsageCounters? _listed;

    public UsageBook() => _make = id => new UsageCounters(this, id);

    public void Count(Tenant tenant, UsageMetric metric, long amount = 1)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)metric, (uint)UsageCounters.Metrics, nameof(metric));
        var counters = tenant.Usage.Counters;
        // Sums of more are beyond what a ledger adds, and one tenant's would hold up those of all.
        if (amount is < -UsageCounters.Most or > UsageCounters.Most)
            throw new ArgumentOutOfRangeException(nameof(amount), amount, $"Count at most {UsageCounters.Most} at once.");
        // One that came with a copy under another id is not this tenant's.
        if (counters is null || !counters.IsOf(this, tenant.Id.Value))
            tenant.Usage.Counters = counters = Of(tenant.Id);
        counters.Add(metric, amount);
    }

    public UsageCounters Of(TenantId tenant) => _counters.GetOrAdd(tenant.Value, _make);

    /// <summary>Puts counters into the list of those that have something to be written.</summary>
    public void List(UsageCounters counters)
    {
        var first = Volatile.Read(ref _listed);
        while (true)
        {
            counters.Next = first;
            var found = Interlocked.CompareExchange(ref _listed, counters, first);
            if (ReferenceEquals(found, first))
                return;
            first = found;
        }
    }

    /// <summary>Takes all that was counted.</summary>
    public List<UsageEntry> Take()
    {
        var taken = new List<UsageEntry>();
        for (var counters = Interlocked.Exchange(ref _listed, null); counters is not null;)
        {
            var next = counters.Next;
            if (counters.Take() is var amounts && amounts != default)
                taken.Add(new UsageEntry(new TenantId(counters.Tenant), amounts));
            counters = next;
        }

        return taken;
    }

    /// <summary>
    /// Forgets tenants that are gone. Who still holds their counters may count on: they are listed all the same, beside
    /// others of the same tenant.
    /// </summary>
    public void Forget(TenantCatalogSnapshot snapshot)
    {
        if (_counters.Count <= snapshot.Count)
            return;
        foreach (var id in _counters.Keys)
        {
            if (!snapshot.TryFind(new TenantId(id), out _))
                _counters.TryRemove(id, out _);
        }
    }
}
