namespace Tenancy;

/// <summary>A tenant's life: created, suspended, resumed, deleted. Each call is resumable: made again, it finishes the job.</summary>
public interface ITenantLifecycle
{
    /// <summary>
    /// Creates a tenant under any isolation: its place, its tables up to the newest migration, and its catalog row,
    /// active at the end. Asked again with the slug of a tenant that is still provisioning, it goes on where it stopped.
    /// </summary>
    /// <exception cref="TenantConflictException">The slug is taken.</exception>
    /// <exception cref="ArgumentException">The tier or server is not known, or the name is empty or too long.</exception>
    Task<Tenant> CreateAsync(TenantSpecification specification, CancellationToken cancellationToken = default);

    /// <summary>Refuses the tenant's requests and connections from now on; its data stays.</summary>
    /// <exception cref="TenantConflictException">It is neither active nor suspended.</exception>
    Task<Tenant> SuspendAsync(TenantId id, CancellationToken cancellationToken = default);

    /// <summary>Serves a suspended tenant again.</summary>
    /// <exception cref="TenantConflictException">It is neither active nor suspended.</exception>
    Task<Tenant> ResumeAsync(TenantId id, CancellationToken cancellationToken = default);

    /// <summary>Deletes the tenant with all its data, for good. A tenant that is not there is already deleted.</summary>
    Task DeleteAsync(TenantId id, CancellationToken cancellationToken = default);
}
