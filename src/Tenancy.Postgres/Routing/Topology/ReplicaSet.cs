namespace Tenancy;

/// <summary>The hosts of a server that has several.</summary>
internal sealed class ReplicaSet(IReadOnlyList<Replica> all) : IDisposable
{
    public IReadOnlyList<Replica> All { get; } = all;

    /// <summary>
    /// The host that a tenant's reads go to, always the same one while it can serve: what it reads is then in memory there.
    /// None where the primary has to answer.
    /// </summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="share">What it did at the primary.</param>
    /// <param name="behind">Whether there was one that has to catch up with the tenant first.</param>
    public Replica? Choose(TenantId tenant, TenantShare share, out bool behind)
    {
        behind = false;
        var first = (uint)tenant.GetHashCode() % (uint)All.Count;
        for (var i = 0; i < All.Count; i++)
        {
            var replica = All[(int)((first + i) % All.Count)];
            if (replica.IsResting)
                continue;
            if (replica.IsFreshFor(share))
                return replica;
            behind = true;
        }

        return null;
    }

    public void Dispose()
    {
        foreach (var replica in All)
            replica.Budget.Dispose();
    }
}
