namespace Tenancy;

/// <summary>
/// The endpoint may be served for the tenant that host, route or header select, to a caller whose token names none. A
/// token that names one must still agree.
/// </summary>
/// <remarks>Whether a tenant is there can then be seen by anyone, as on any public site.</remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class AllowAnonymousTenantAttribute : Attribute, IAnonymousTenantMetadata
{
    internal static readonly AllowAnonymousTenantAttribute Instance = new();

    /// <inheritdoc/>
    public override string ToString() => "AllowAnonymousTenant";
}
