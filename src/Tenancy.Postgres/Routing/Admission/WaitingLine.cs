namespace Tenancy;

/// <summary>Tenants that wait, in the order of their virtual times. Not thread-safe: the budget's lock guards it.</summary>
internal sealed class WaitingLine
{
    readonly List<TenantShare> _waiting = [];
    long _now;
    long _latest;
    int _served;

    /// <summary>Puts one at the end of its tenant's queue.</summary>
    public void Add(Waiter waiter)
    {
        var share = waiter.Share;
        if (share.Waiting.Count == 0)
        {
            // Whoever was away does not come back with a claim on the past.
            share.Tag = Math.Max(share.Tag, _now);
            _waiting.Add(share);
        }

        share.Waiting.Enqueue(waiter);
    }

    /// <summary>The tenant that is furthest behind, of those that may have one more and whose first waiter is such a one.</summary>
    public TenantShare? First(Func<TenantShare, int> most, Func<Waiter, bool> which)
    {
        TenantShare? first = null;
        foreach (var share in _waiting)
        {
            if ((first is null || share.Tag < first.Tag) && share.MayEnter(most(share)) && which(share.Waiting.Peek()))
                first = share;
        }

        return first;
    }

    /// <summary>How many connections such ones would open if they could.</summary>
    public int Openers(Func<TenantShare, int> most, Func<Waiter, bool> which)
    {
        var openers = 0;
        foreach (var share in _waiting)
        {
            var pool = share.Waiting.Peek().Pool;
            if (share.MayEnter(most(share)) && which(share.Waiting.Peek()))
                openers += Math.Min(share.Waiting.Count, pool.Capacity - pool.Open);
        }

        return openers;
    }

    /// <summary>Whether anybody waits for a connection of this pool.</summary>
    public bool IsFor(SessionPool pool) => _waiting.Exists(share => share.Waiting.Any(waiter => ReferenceEquals(waiter.Pool, pool)));

    /// <summary>Takes the first of a tenant's queue, charged.</summary>
    public Waiter Take(TenantShare share)
    {
        var waiter = share.Waiting.Dequeue();
        if (share.Waiting.Count == 0)
            _waiting.Remove(share);
        _now = Math.Max(_now, share.Tag);
        waiter.Charge = share.Charge();
        _served++;
        return waiter;
    }

    /// <summary>Sets right what one was charged.</summary>
    public void Settle(TenantShare share, long charge, long held)
    {
        share.Settle(charge, held);
        _latest = Math.Max(_latest, share.Tag);
        // Nobody is short any more: debts end with the rush that made them.
        if (--_served == 0 && _waiting.Count == 0)
            _now = Math.Max(_now, _latest);
    }

    public void Remove(Waiter waiter)
    {
        var share = waiter.Share;
        var others = share.Waiting.Where(other => !ReferenceEquals(other, waiter)).ToArray();
        share.Waiting.Clear();
        foreach (var other in others)
            share.Waiting.Enqueue(other);
        if (others.Length == 0)
            _waiting.Remove(share);
    }
}
