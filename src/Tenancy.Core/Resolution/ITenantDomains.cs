using System.Diagnostics.CodeAnalysis;

namespace Tenancy;

/// <summary>
/// Whose a host name is: tenants' own domains. By default the setting <c>domains</c> of each tenant, a list of host names,
/// as the catalog's snapshot has it. Register one of your own before <c>AddTenancy</c> to keep them elsewhere.
/// </summary>
/// <remarks>
/// Asked for each request to a host that no pattern matches, before anything is known of the caller: it should neither do
/// I/O nor allocate. What it throws is the request's error.
/// </remarks>
public interface ITenantDomains
{
    /// <summary>Looks a domain up.</summary>
    /// <param name="host">The host as the request has it, without port and last dot, in either case.</param>
    /// <param name="slug">The tenant's slug, where the method returns <see langword="true"/>.</param>
    bool TryFind(ReadOnlySpan<char> host, [NotNullWhen(true)] out string? slug);
}
