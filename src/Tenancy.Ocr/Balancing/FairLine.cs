namespace Tenancy;

/// <summary>
/// Calls that wait, and whose is next: start-time fair queueing over pages (Goyal, Vin, Cheng, SIGCOMM 1996). What a call
/// costs is an estimate where a PDF's pages are not known, and set right when it ends. Not thread-safe.
/// </summary>
internal sealed class FairLine
{
    readonly Dictionary<TenantId, PoolShare> _shares = [];
    double _now;

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    public PoolShare Share(TenantId tenant)
    {
        if (!_shares.TryGetValue(tenant, out var share))
            _shares[tenant] = share = new PoolShare(tenant) { Tag = _now };
        return share;
    }

    public void Add(PoolWaiter waiter)
    {
        var share = waiter.Share;
        // Whoever was away does not come back with a claim on the past.
        if (share.Waiting.Count == 0)
            share.Tag = Math.Max(share.Tag, _now);
        waiter.Node = share.Waiting.AddLast(waiter);
        Count++;
        Bytes += waiter.Request.Bytes;
    }

    /// <summary>Takes one out. False where it had left already.</summary>
    public bool Remove(PoolWaiter waiter)
    {
        if (waiter.Node is not { } node)
            return false;
        waiter.Share.Waiting.Remove(node);
        waiter.Node = null;
        Count--;
        Bytes -= waiter.Request.Bytes;
        Forget(waiter.Share);
        return true;
    }

    /// <summary>The tenants' first ones, the tenant that is furthest behind first.</summary>
    public IEnumerable<PoolWaiter> Heads() => _shares.Values
        .Where(share => share.Waiting.Count > 0)
        .OrderBy(share => share.Tag)
        .Select(share => share.Waiting.First!.Value);

    public void Begin(PoolShare share, int pages)
    {
        share.Tag = Math.Max(share.Tag, _now);
        _now = share.Tag;
        share.Tag += pages;
        share.InFlight++;
    }

    public void End(PoolShare share, int charged, int pages)
    {
        share.InFlight--;
        share.Tag += pages - charged;
        Forget(share);
    }

    /// <summary>Drops what nobody needs: a tenant that is even with the others, and all debts when the rush is over.</summary>
    public void Forget(PoolShare share)
    {
        if (Count == 0)
        {
            foreach (var idle in _shares.Values.Where(static each => each is { InFlight: 0, Waiting.Count: 0 }).ToArray())
                _shares.Remove(idle.Tenant);
        }
        else if (share is { InFlight: 0, Waiting.Count: 0 } && share.Tag <= _now)
        {
            _shares.Remove(share.Tenant);
        }
    }
}
