namespace Tenancy;

/// <summary>The tenant in scope cannot be served now: it is suspended, being created or deleted, or gone.</summary>
public sealed class TenantUnavailableException : Exception
{
    /// <inheritdoc/>
    public TenantUnavailableException() : base("The tenant cannot be served now.") { }

    /// <inheritdoc/>
    public TenantUnavailableException(string message) : base(message) { }

    /// <inheritdoc/>
    public TenantUnavailableException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>Says why a tenant is refused.</summary>
    /// <param name="tenant">The tenant in scope.</param>
    /// <param name="status">Its status in the catalog, or <see langword="null"/> where it is not there any more.</param>
    public TenantUnavailableException(Tenant tenant, TenantStatus? status) : base(Explain(tenant, status)) =>
        Status = status;

    /// <summary>Says that a tenant known by its id only, such as a job's, is not in the catalog.</summary>
    /// <param name="id">The id that was looked for.</param>
    public TenantUnavailableException(TenantId id) : base(
        $"There is no tenant {id} in the catalog: it was deleted, or never was. Drop the work that names it.") { }

    /// <summary>The tenant's status in the catalog; <see langword="null"/> where it is gone.</summary>
    public TenantStatus? Status { get; }

    static string Explain(Tenant tenant, TenantStatus? status) => status switch
    {
        TenantStatus.Suspended => $"The tenant '{tenant}' is suspended. Resume it before its data is used.",
        TenantStatus.Provisioning => $"The tenant '{tenant}' is not ready. Create it again to finish its provisioning.",
        TenantStatus.Deleting => $"The tenant '{tenant}' is being deleted. Delete it again to finish.",
        _ => $"The tenant '{tenant}' is not in the catalog any more. Enter a tenant that the catalog has now.",
    };
}
