namespace Tenancy;

/// <summary>An object that belongs to one tenant was used while another was ambient.</summary>
public sealed class TenantMismatchException : InvalidOperationException
{
    const string Remedy =
        "This connection belongs to another tenant than the one in scope. Open a connection of its own inside each " +
        "tenant's scope, and do not keep connections, commands or contexts across scopes.";

    /// <summary>Makes the exception with the remedy as its message; it names neither tenant.</summary>
    public TenantMismatchException() : base(Remedy) { }

    /// <inheritdoc/>
    public TenantMismatchException(string message) : base(message) { }

    /// <inheritdoc/>
    public TenantMismatchException(string message, Exception innerException) : base(message, innerException) { }
}
