namespace Tenancy;

/// <summary>All that a process asks of the ledger at once.</summary>
/// <param name="Node">The process.</param>
/// <param name="Strict">Whether what is leased is taken out of the burst, so that all together never exceed it.</param>
/// <param name="Horizon">For how long a lease is meant to last. Range: 10 ms to 1 s.</param>
/// <param name="Requests">What it asks for, no tenant's policy twice.</param>
public sealed record LeaseCall(Guid Node, bool Strict, TimeSpan Horizon, IReadOnlyList<LeaseRequest> Requests)
{
    /// <summary>A process that did not call for so long is not counted any more: 5 seconds.</summary>
    public static readonly TimeSpan NodeLifetime = TimeSpan.FromSeconds(5);

    /// <summary>
    /// In strict mode a process leases nothing ahead for so long after it came: until no other has a lease that was
    /// measured without it.
    /// </summary>
    public TimeSpan Probation => 3 * Horizon;
}

/// <summary>What is asked for one tenant and policy.</summary>
/// <param name="Tenant">The tenant's id.</param>
/// <param name="Policy">The policy; its limits travel with the call.</param>
/// <param name="Want">Permits that are asked for.</param>
/// <param name="Must">Those of them for which somebody waits now.</param>
/// <param name="Largest">The largest cost among those that wait.</param>
/// <param name="Held">Permits that are still leased.</param>
/// <param name="Back">Permits that are returned; below zero, that were used without a lease.</param>
/// <param name="Window">For quotas: the window that <paramref name="Back"/> is of.</param>
public readonly record struct LeaseRequest(
    TenantId Tenant, LimitPolicy Policy, long Want, long Must, long Largest, long Held, long Back, int Window);

/// <summary>What the ledger grants.</summary>
/// <param name="Granted">Permits.</param>
/// <param name="Left">What is left for all, in permits; below zero for a debt.</param>
/// <param name="Window">For quotas: the window the grant is of.</param>
/// <param name="WindowEnds">For quotas: how long the window still lasts.</param>
public readonly record struct LeaseGrant(long Granted, double Left, int Window, TimeSpan WindowEnds);

/// <summary>The ledger's answer.</summary>
/// <param name="Nodes">How many processes there are, this one counted.</param>
/// <param name="Grants">A grant for each request.</param>
public sealed record LeaseAnswer(int Nodes, IReadOnlyList<LeaseGrant> Grants);
