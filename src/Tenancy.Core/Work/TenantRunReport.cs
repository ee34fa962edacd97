namespace Tenancy;

/// <summary>What came of a run over many tenants.</summary>
public sealed class TenantRunReport
{
    internal TenantRunReport(
        IReadOnlyList<TenantId> completed, IReadOnlyList<TenantId> skipped, IReadOnlyList<TenantFailure> failures)
    {
        Completed = completed;
        Skipped = skipped;
        Failures = failures;
    }

    /// <summary>The tenants whose work is done, in the order in which it ended.</summary>
    public IReadOnlyList<TenantId> Completed { get; }

    /// <summary>The tenants that were selected at first, but gone or not selected any more when their turn came.</summary>
    public IReadOnlyList<TenantId> Skipped { get; }

    /// <summary>The tenants whose work failed, each with its own error.</summary>
    public IReadOnlyList<TenantFailure> Failures { get; }
}
