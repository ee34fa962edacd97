namespace Tenancy;

/// <summary>What the ledger last said was left for all. Others use it too, so it is the most that can be there.</summary>
/// <param name="Left">Permits, below zero for a debt.</param>
/// <param name="At">When it said so, in nanoseconds of this process.</param>
/// <param name="Window">For quotas: the window.</param>
/// <param name="WindowEnds">For quotas: when the window ends at the earliest.</param>
internal sealed record LedgerView(double Left, long At, int Window, long WindowEnds)
{
    public double LeftAt(long now, LimitPolicy policy)
    {
        if (policy.Period == LimitPeriod.Rate)
            return Math.Min(policy.Rate.Burst, Left + (now - At) / 1e9 * policy.Rate.Rate);
        return now < WindowEnds ? Math.Min(Left, policy.Quota) : policy.Quota;
    }
}
