using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>The limiter: finds a tenant's cells, and asks all that a meter has.</summary>
internal sealed class TenantLimits(ITenantCatalog catalog, TimeProvider time, ILogger<TenantLimits> logger, LeaseBook? leases = null) : ITenantLimits
{
    readonly ConcurrentDictionary<Guid, TenantLimitState> _states = new();
    TierPolicies _policies = TierPolicies.None;

    readonly LimitClock _clock = leases?.Clock ?? new LimitClock(time);

    public LimitClock Clock => _clock;

    public LimitDecision TryAcquire(Tenant tenant, string meter, long cost = 1)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        ArgumentOutOfRangeException.ThrowIfNegative(cost);
        var snapshot = catalog.Current;
        if (tenant.Limits.Lane is { } lane && lane.Serves(tenant, this, snapshot.Number, meter))
        {
            var remaining = lane.TryTake(cost, _clock.Now);
            if (remaining >= 0)
                return new LimitDecision(LimitStatus.Allowed, lane.Policy, TimeSpan.Zero, remaining);
        }

        return Ask(snapshot, tenant, meter, cost);
    }

    LimitDecision Ask(TenantCatalogSnapshot snapshot, Tenant tenant, string meter, long cost)
    {
        var state = StateOf(tenant);
        var cells = state.Cells(snapshot, tenant);
        tenant.Limits.Lane = state.Lane(cells, tenant, snapshot, meter);
        var tightest = default(Tightest);
        for (var i = 0; i < cells.Length; i++)
        {
            var cell = cells[i];
            if (!cell.Counts(meter))
                continue;
            var taken = cell.Take(cost, Clock);
            if (taken.Outcome == Taking.Taken)
            {
                tightest.Add(cell.Policy, taken.Remaining);
                continue;
            }

            GiveBack(cells, meter, cost, i);
            if (taken.Outcome != Taking.Moved)
                return Refused(cell.Policy, taken);
            (cells, tightest, i) = (StateOf(tenant).Renewed(), default, -1);
        }

        return tightest.Decision;
    }

    public ValueTask<LimitDecision> AcquireAsync(
        Tenant tenant, string meter, long cost = 1, CancellationToken cancellationToken = default)
    {
        if (leases is null)
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
        foreach (var cell in StateOf(tenant).Cells(catalog.Current, tenant))
        {
            if (cell.Counts(meter))
                readings.Add(cell.Read(Clock));
        }

        return readings;
    }

    /// <summary>The first cell of a meter, where statistics are kept; none where the tenant has no limit.</summary>
    public LimitCell? FirstCell(Tenant tenant, string meter) =>
        Array.Find(StateOf(tenant).Cells(catalog.Current, tenant), cell => cell.Counts(meter));

    public LimitCell NewCell(Guid tenant, LimitPolicy policy) => leases?.NewCell(tenant, policy)
        ?? (policy.Period == LimitPeriod.Rate ? new RateCell(policy) : new QuotaCell(policy));

    /// <summary>A tier's policies; the same array for as long as they are the same.</summary>
    public LimitPolicy[] PoliciesOf(TenantCatalogSnapshot snapshot, string tier)
    {
        var policies = Volatile.Read(ref _policies);
        if (policies.Snapshot != snapshot.Number)
        {
            policies = TierPolicies.Of(snapshot, policies);
            Volatile.Write(ref _policies, policies);
            ForgetRemoved(snapshot);
        }

        return policies[tier];
    }

    /// <summary>The policies with what the tenant's own settings say in their place.</summary>
    public LimitPolicy[] Override(Tenant tenant, LimitPolicy[] ofTier) => LimitOverrides.Apply(tenant, ofTier, logger);

    TenantLimitState StateOf(Tenant tenant)
    {
        // Another limiter's, or one that came with a copy under another id, is not ours.
        var state = tenant.Limits.State;
        return state is not null && state.IsOf(this, tenant.Id.Value) ? state : Attach(tenant);
    }

    TenantLimitState Attach(Tenant tenant)
    {
        var state = _states.GetOrAdd(tenant.Id.Value, static (id, limits) => new TenantLimitState(limits, id), this);
        tenant.Limits.State = state;
        return state;
    }

    async ValueTask<LimitDecision> AskAsync(Tenant tenant, string meter, long cost, CancellationToken cancellationToken)
    {
        var cells = StateOf(tenant).Cells(catalog.Current, tenant);
        var tightest = default(Tightest);
        for (var i = 0; i < cells.Length; i++)
        {
            var cell = cells[i];
            if (!cell.Counts(meter))
                continue;
            Taken taken;
            try
            {
                taken = await cell.TakeAsync(cost, Clock, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                GiveBack(cells, meter, cost, i);
                throw;
            }

            if (taken.Outcome == Taking.Taken)
            {
                tightest.Add(cell.Policy, taken.Remaining);
                continue;
            }

            GiveBack(cells, meter, cost, i);
            return Refused(cell.Policy, taken);
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

    void GiveBack(LimitCell[] cells, string meter, long cost, int before)
    {
        for (var i = 0; i < before; i++)
        {
            if (cells[i].Counts(meter))
                cells[i].Charge(-cost, Clock);
        }
    }

    void Add(Tenant tenant, string meter, long cost)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        var state = StateOf(tenant);
        var cells = state.Cells(catalog.Current, tenant);
        for (var i = 0; i < cells.Length; i++)
        {
            // A cell that moved did not count; the one in its place does.
            if (cells[i].Counts(meter) && !cells[i].Charge(cost, Clock))
            {
                var name = cells[i].Policy.Name;
                Array.Find(state.Renewed(), cell => cell.Policy.Name == name)?.Charge(cost, Clock);
            }
        }
    }

    void ForgetRemoved(TenantCatalogSnapshot snapshot)
    {
        if (_states.Count <= snapshot.Count)
            return;
        foreach (var id in _states.Keys)
        {
            if (!snapshot.TryFind(new TenantId(id), out _) && _states.TryRemove(id, out var gone))
                gone.Retire();
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
