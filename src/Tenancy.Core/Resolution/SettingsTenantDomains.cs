using System.Diagnostics.CodeAnalysis;

namespace Tenancy;

/// <summary>The domains that tenants have in their settings, from the catalog's snapshot.</summary>
internal sealed class SettingsTenantDomains(ITenantCatalog? catalog = null) : ITenantDomains
{
    public bool TryFind(ReadOnlySpan<char> host, [NotNullWhen(true)] out string? slug)
    {
        slug = null;
        if (catalog?.Current.TryFindByDomain(host, out var tenant) != true)
            return false;
        slug = tenant!.Slug.Value;
        return true;
    }
}
