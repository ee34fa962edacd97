using System.Data.Common;

namespace Tenancy;

/// <summary>Removes rows of a tenant's tables that have become old; in the tenant's own scope, so that no other's are touched.</summary>
public interface ITenantCleanup
{
    /// <summary>The dry run: counts the rows that are older than they are to be. Nothing is removed.</summary>
    /// <param name="tenant">Whose rows.</param>
    /// <param name="policies">What is kept for how long. Tables that refer to others come before them.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="ArgumentException">A policy's names or time cannot be.</exception>
    /// <exception cref="DbException">There is no such table or column.</exception>
    Task<CleanupPlan> PlanAsync(Tenant tenant, IReadOnlyList<RetentionPolicy> policies, CancellationToken cancellationToken = default);

    /// <summary>Removes what a dry run counted: the rows before the very times it found, a few thousand to a statement.</summary>
    /// <param name="plan">What the dry run found.</param>
    /// <param name="cancellationToken">Ends it; what was removed stays removed.</param>
    /// <returns>The same, with how many rows were removed.</returns>
    Task<CleanupPlan> RunAsync(CleanupPlan plan, CancellationToken cancellationToken = default);
}

/// <summary>What is old of a tenant's rows.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Items">Table by table.</param>
public sealed record CleanupPlan(Tenant Tenant, IReadOnlyList<CleanupItem> Items);

/// <summary>What is old in one table.</summary>
/// <param name="Policy">For how long its rows are kept.</param>
/// <param name="Before">Rows from before then are old.</param>
/// <param name="Rows">How many they are, or were.</param>
public sealed record CleanupItem(RetentionPolicy Policy, DateTimeOffset Before, long Rows);
