using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>The limiter: finds what counts for a tenant, and asks all that a meter has.</summary>
internal sealed class TenantLimits : ITenantLimits
{
    readonly ITenantCatalog _catalog;
    readonly ILogger<TenantLimits> _logger;
    readonly LeaseBook? _leases;
    readonly LimitClock _clock;
    readonly LimitHomes _homes;
    TierPlans? _tiers;

    public TenantLimits(ITenantCatalog catalog, TimeProvider time, ILogger<TenantLimits> logger, LeaseBook? leases = null)
    {
        (_catalog, _logger, _leases) = (catalog, logger, leases);
        _clock = leases?.Clock ?? new LimitClock(time);
        _homes = new LimitHomes(this);
    }

    public LimitClock Clock => _clock;

    /// <summary>Whether rates are counted in this process alone.</summary>
    public bool CountsHere => _leases is null;

    public LimitDecision TryAcquire(Tenant tenant, string meter, long cost = 1)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        ArgumentNullException.ThrowIfNull(meter);
        ArgumentOutOfRangeException.ThrowIfNegative(cost);
        var snapshot = _catalog.Current;
        if (Volatile.Read(ref tenant.Limits.Plan) is { } plan && plan.Serves(this, snapshot.Number, meter))
        {
            var remaining = plan.TryTake(ref tenant.Limits.Word, cost, _clock.Now);
            if (remaining >= 0)
                return new LimitDecision(LimitStatus.Allowed, plan.WordPolicy, TimeSpan.Zero, remaining);
        }

        return Ask(snapshot, tenant, meter, cost);
    }

    LimitDecision Ask(TenantCatalogSnapshot snapshot, Tenant tenant, string meter, long cost)
    {
        var slots = SlotsOf(snapshot, tenant, out var home);
        var tightest = default(Tightest);
        for (var i = 0; i < slots.Length; i++)
        {
            var slot = slots[i];
            if (!slot.Counts(meter))
                continue;
            var taken = slot.Take(home, cost, _clock);
            if (taken.Outcome == Taking.Taken)
            {
                tightest.Add(slot.Policy, taken.Remaining);
                continue;
            }

            GiveBack(snapshot, tenant, home, slots.AsSpan(0, i), meter, cost);
            if (taken.Outcome != Taking.Moved)
                return Refused(slot.Policy, taken);
            _homes.Follow(snapshot, tenant);
            (slots, tightest, i) = (SlotsOf(snapshot, tenant, out home), default, -1);
        }

        return tightest.Decision;
    }

    public ValueTask<LimitDecision> AcquireAsync(
        Tenant tenant, string meter, long cost = 1, CancellationToken cancellationToken = default)
    {
        if (_leases is null)
            return new(TryAcquire(tenant, meter, cost));
        ArgumentNullException.ThrowIfNull(tenant);
        ArgumentOutOfRangeException.ThrowIfNegative(cost);
        return AskAsync(tenant, meter, cost, cancellationToken);
    }

    public void Refund(Tenant tenant, string meter, long cost)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cost);
        Add(tenant, meter, -cost);
    }

    public void Charge(Tenant tenant, string meter, long cost)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cost);
        Add(tenant, meter, cost);
    }

    public IReadOnlyList<LimitReading> Read(Tenant tenant, string meter)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        var readings = new List<LimitReading>();
        foreach (var slot in SlotsOf(_catalog.Current, tenant, out var home))
        {
            if (slot.Counts(meter))
                readings.Add(slot.Read(home, _clock));
        }

        return readings;
    }

    /// <summary>The counts of a meter, for statistics; none where the tenant has no limit of it.</summary>
    public LimitCounts? CountsOf(Tenant tenant, string meter)
    {
        var snapshot = _catalog.Current;
        return Array.Exists(SlotsOf(snapshot, tenant, out var home), slot => slot.Counts(meter))
            ? LimitCounts.Find(home.Limits.Counts, meter) ?? _homes.AddCounts(snapshot, tenant, meter)
            : null;
    }

    public LimitCell NewCell(Guid tenant, LimitPolicy policy) => _leases?.NewCell(tenant, policy)
        ?? (policy.Period == LimitPeriod.Rate ? new RateCell(policy) : new QuotaCell(policy));

    /// <summary>The tiers' plans; their policies are the same arrays for as long as they are the same.</summary>
    public TierPlans TiersOf(TenantCatalogSnapshot snapshot)
    {
        var tiers = Volatile.Read(ref _tiers);
        if (tiers?.Snapshot == snapshot.Number)
            return tiers;
        tiers = new TierPlans(this, snapshot, tiers);
        Volatile.Write(ref _tiers, tiers);
        _homes.Forget(snapshot);
        return tiers;
    }

    /// <summary>The policies with what the tenant's own settings say in their place.</summary>
    public LimitPolicy[] Override(Tenant tenant, LimitPolicy[] ofTier) => LimitOverrides.Apply(tenant, ofTier, _logger);

    LimitSlot[] SlotsOf(TenantCatalogSnapshot snapshot, Tenant tenant, out Tenant home)
    {
        home = _homes.Of(snapshot, tenant);
        while (true)
        {
            if (LimitMove.SlotsOf(home) is { } slots)
                return slots;
            home = _homes.Follow(snapshot, tenant);
        }
    }

    async ValueTask<LimitDecision> AskAsync(Tenant tenant, string meter, long cost, CancellationToken cancellationToken)
    {
        var snapshot = _catalog.Current;
        var slots = SlotsOf(snapshot, tenant, out var home);
        var tightest = default(Tightest);
        for (var i = 0; i < slots.Length; i++)
        {
            var slot = slots[i];
            if (!slot.Counts(meter))
                continue;
            Taken taken;
            try
            {
                taken = await slot.TakeAsync(home, cost, _clock, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                GiveBack(snapshot, tenant, home, slots.AsSpan(0, i), meter, cost);
                throw;
            }

            if (taken.Outcome == Taking.Taken)
            {
                tightest.Add(slot.Policy, taken.Remaining);
                continue;
            }

            GiveBack(snapshot, tenant, home, slots.AsSpan(0, i), meter, cost);
            return Refused(slot.Policy, taken);
        }

        return tightest.Decision;
    }

    static LimitDecision Refused(LimitPolicy policy, Taken taken) => new(
        taken.Outcome switch
        {
            Taking.TooLarge => LimitStatus.TooLarge,
            Taking.Unavailable => LimitStatus.Unavailable,
            _ => LimitStatus.Exceeded,
        },
        policy, LimitClock.Span(taken.Wait), taken.Remaining);

    void GiveBack(TenantCatalogSnapshot snapshot, Tenant tenant, Tenant home, ReadOnlySpan<LimitSlot> slots, string meter, long cost)
    {
        foreach (var slot in slots)
        {
            if (slot.Counts(meter))
                Add(snapshot, tenant, home, slot, -cost);
        }
    }

    void Add(Tenant tenant, string meter, long cost)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        var snapshot = _catalog.Current;
        foreach (var slot in SlotsOf(snapshot, tenant, out var home))
        {
            if (slot.Counts(meter))
                Add(snapshot, tenant, home, slot, cost);
        }
    }

    /// <summary>Where it moved it did not count; what is in its place does.</summary>
    void Add(TenantCatalogSnapshot snapshot, Tenant tenant, Tenant home, LimitSlot slot, long cost)
    {
        var name = slot.Policy.Name;
        for (LimitSlot? counting = slot; counting is not null && !counting.Charge(home, cost, _clock);)
        {
            _homes.Follow(snapshot, tenant);
            counting = Array.Find(SlotsOf(snapshot, tenant, out home), next => next.Policy.Name == name);
        }
    }

    /// <summary>Of the policies that admitted, the one with the least part left.</summary>
    struct Tightest
    {
        LimitPolicy? _policy;
        long _remaining;

        public readonly LimitDecision Decision => _policy is null
            ? new(LimitStatus.Allowed, null, TimeSpan.Zero, long.MaxValue)
            : new(LimitStatus.Allowed, _policy, TimeSpan.Zero, _remaining);

        public void Add(LimitPolicy policy, long remaining)
        {
            if (_policy is null || (Int128)remaining * _policy.Capacity < (Int128)_remaining * policy.Capacity)
                (_policy, _remaining) = (policy, remaining);
        }
    }
}
