namespace Tenancy;

/// <summary>The catalog has something that stands against the change: a taken slug, a newer version, another status.</summary>
public sealed class TenantConflictException : Exception
{
    /// <inheritdoc/>
    public TenantConflictException() : base("The catalog has a newer state of this tenant.") { }

    /// <inheritdoc/>
    public TenantConflictException(string message) : base(message) { }

    /// <inheritdoc/>
    public TenantConflictException(string message, Exception innerException) : base(message, innerException) { }
}
