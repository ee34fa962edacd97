namespace Tenancy;

/// <summary>What the limits of a tenant say to a cost.</summary>
/// <param name="Status">Whether it may go on.</param>
/// <param name="Policy">
/// The policy that refused, or, where it may go on, the one with the least part left; none where no limit is set.
/// </param>
/// <param name="RetryAfter">The least time after which the same cost could be admitted; zero where it was.</param>
/// <param name="Remaining">What that policy has left, as far as this process knows.</param>
public readonly record struct LimitDecision(LimitStatus Status, LimitPolicy? Policy, TimeSpan RetryAfter, long Remaining)
{
    /// <summary>Whether it may go on.</summary>
    public bool IsAllowed => Status == LimitStatus.Allowed;
}
