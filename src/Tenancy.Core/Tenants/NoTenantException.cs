namespace Tenancy;

/// <summary>Something that needs a tenant ran outside a tenant's scope.</summary>
public sealed class NoTenantException : InvalidOperationException
{
    const string Remedy =
        "No tenant in scope. Open connections inside a tenant's scope: call ITenantContext.Enter(tenant), " +
        "or put RequireTenant() on the endpoint.";

    /// <summary>Makes the exception with the remedy as its message.</summary>
    public NoTenantException() : base(Remedy) { }

    /// <inheritdoc/>
    public NoTenantException(string message) : base(message) { }

    /// <inheritdoc/>
    public NoTenantException(string message, Exception innerException) : base(message, innerException) { }
}
