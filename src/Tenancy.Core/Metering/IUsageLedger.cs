namespace Tenancy;

/// <summary>Where usage is written. PostgreSQL's comes with <c>UsePostgres()</c>; another store is registered in its place.</summary>
public interface IUsageLedger
{
    /// <summary>Adds a batch, unless it was added before: one whose answer was lost is sent again.</summary>
    /// <param name="batch">What was counted. Those of one process come one after another, by their numbers.</param>
    /// <param name="cancellationToken">Ends the call; what became of it is then unknown.</param>
    Task AddAsync(UsageBatch batch, CancellationToken cancellationToken = default);
}

/// <summary>What one process counted.</summary>
/// <param name="Node">The process; another one after each start.</param>
/// <param name="Number">Grows with every batch of the process.</param>
/// <param name="Minute">The minute it counts for, in UTC.</param>
/// <param name="Entries">What was used. A tenant may occur twice.</param>
public sealed record UsageBatch(Guid Node, long Number, DateTimeOffset Minute, IReadOnlyList<UsageEntry> Entries);

/// <summary>What one tenant used.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Amounts">How much.</param>
public readonly record struct UsageEntry(TenantId Tenant, UsageAmounts Amounts);
