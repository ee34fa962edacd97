namespace Tenancy;

/// <summary>What a tenant's scope is sent as, by one snapshot of the catalog.</summary>
/// <param name="SnapshotNumber">Which snapshot that was.</param>
/// <param name="Limits">What its tier limits in a statement; none where it limits nothing.</param>
/// <param name="Statement">The statement that enters, and sets the limits.</param>
internal sealed record ScopeForm(long SnapshotNumber, StatementLimits? Limits, string Statement);
