using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>The limiter: finds a tenant's cells, and asks all that a meter has.</summary>
internal sealed class TenantLimits(ITenantCatalog catalog, TimeProvider time, ILogger<TenantLimits> logger, LeaseBook? leases = null) : ITenantLimits
{
    readonly ConcurrentDictionary<Guid, TenantLimitState> _states = new();
    TierPolicies _policies = TierPolicies.None;

    public LimitClock Clock { get; } = leases?.Clock ?? new LimitClock(time);

    public LimitDecision TryAcquire(Tenant tenant, string meter, long cost = 1)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        ArgumentOutOfRangeException.ThrowIfNegative(cost);
        var cells = StateOf(tenant).Cells(catalog.Current, tenant);
        var decision = new LimitDecision(LimitStatus.Allowed, null, TimeSpan.Zero, long.MaxValue);
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i].Policy.Meter != meter)
                continue;
            var taken = cells[i].Take(cost, Clock);
            if (taken.Outcome == Taking.Moved)
            {
                GiveBack(cells, meter, cost, i);
                cells = StateOf(tenant).Renewed();
                (decision, i) = (decision with { Policy = null, Remaining = long.MaxValue }, -1);
                continue;
            }

            if (!Fold(ref decision, cells[i].Policy, taken))
            {
                GiveBack(cells, meter, cost, i);
                break;
            }
        }

        return decision;
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
            if (cell.Policy.Meter == meter)
                readings.Add(cell.Read(Clock));
        }

        return readings;
    }

    /// <summary>The first cell of a meter, where statistics are kept; none where the tenant has no limit.</summary>
    public LimitCell? FirstCell(Tenant tenant, string meter) =>
        Array.Find(StateOf(tenant).Cells(catalog.Current, tenant), cell => cell.Policy.Meter == meter);

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
        var decision = new LimitDecision(LimitStatus.Allowed, null, TimeSpan.Zero, long.MaxValue);
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i].Policy.Meter != meter)
                continue;
            Taken taken;
            try
            {
                taken = await cells[i].TakeAsync(cost, Clock, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                GiveBack(cells, meter, cost, i);
                throw;
            }

            if (!Fold(ref decision, cells[i].Policy, taken))
            {
                GiveBack(cells, meter, cost, i);
                break;
            }
        }

        return decision;
    }

    /// <summary>Adds a cell's answer to the decision; false where it refused.</summary>
    static bool Fold(ref LimitDecision decision, LimitPolicy policy, Taken taken)
    {
        if (taken.Outcome == Taking.Taken)
        {
            if (decision.Policy is null || (double)taken.Remaining / policy.Capacity < (double)decision.Remaining / decision.Policy.Capacity)
                decision = decision with { Policy = policy, Remaining = taken.Remaining };
            return true;
        }

        var status = taken.Outcome switch
        {
            Taking.TooLarge => LimitStatus.TooLarge,
            Taking.Unavailable => LimitStatus.Unavailable,
            _ => LimitStatus.Exceeded,
        };
        decision = new LimitDecision(status, policy, LimitClock.Span(taken.Wait), taken.Remaining);
        return false;
    }

    void GiveBack(LimitCell[] cells, string meter, long cost, int before)
    {
        for (var i = 0; i < before; i++)
        {
            if (cells[i].Policy.Meter == meter)
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
            if (cells[i].Policy.Meter == meter && !cells[i].Charge(cost, Clock))
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
}
