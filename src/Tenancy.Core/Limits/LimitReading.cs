namespace Tenancy;

/// <summary>Where a tenant stands with one policy, as far as this process knows.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Remaining">What could be taken now.</param>
/// <param name="RestoredIn">How long until nothing counts as used any more: a full burst, or the end of the window.</param>
public readonly record struct LimitReading(LimitPolicy Policy, long Remaining, TimeSpan RestoredIn);
