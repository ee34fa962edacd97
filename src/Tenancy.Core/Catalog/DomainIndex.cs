using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Tenancy;

/// <summary>
/// Whose each domain is, by the tenants' settings. Immutable, and made with the snapshot, so that no request pays for it.
/// </summary>
internal sealed class DomainIndex
{
    public static readonly DomainIndex Empty = new(new(StringComparer.OrdinalIgnoreCase));

    // More than one claimant: nobody is served there, since one of them would be served what is another's.
    readonly Dictionary<string, Tenant[]> _claimants;
    readonly Dictionary<string, Tenant[]>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    DomainIndex(Dictionary<string, Tenant[]> claimants)
    {
        _claimants = claimants;
        _bySpan = _claimants.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public bool TryFind(ReadOnlySpan<char> host, [NotNullWhen(true)] out Tenant? tenant)
    {
        tenant = _claimants.Count > 0 && _bySpan.TryGetValue(host, out var found) && found.Length == 1 ? found[0] : null;
        return tenant is not null;
    }

    /// <summary>The index after some tenants went and others came; itself where neither has a domain.</summary>
    public DomainIndex With(IReadOnlyCollection<Tenant> gone, IReadOnlyCollection<Tenant> come)
    {
        Dictionary<string, Tenant[]>? next = null;
        foreach (var tenant in gone)
        {
            foreach (var domain in DomainsOf(tenant))
            {
                next ??= new(_claimants, StringComparer.OrdinalIgnoreCase);
                var left = Array.FindAll(next[domain], other => other.Id != tenant.Id);
                if (left.Length > 0)
                    next[domain] = left;
                else
                    next.Remove(domain);
            }
        }

        foreach (var tenant in come)
        {
            foreach (var domain in DomainsOf(tenant))
            {
                next ??= new(_claimants, StringComparer.OrdinalIgnoreCase);
                next[domain] = next.TryGetValue(domain, out var others) ? [.. others, tenant] : [tenant];
            }
        }

        return next is null ? this : new DomainIndex(next);
    }

    /// <summary>What is no domain is left out: one tenant's settings must not keep the catalog from being read.</summary>
    static HashSet<string> DomainsOf(Tenant tenant)
    {
        if (!tenant.Settings.Json.Contains(TenantSettings.DomainsKey, StringComparison.Ordinal))
            return [];
        using var document = JsonDocument.Parse(tenant.Settings.Json);
        if (!document.RootElement.TryGetProperty(TenantSettings.DomainsKey, out var list) || list.ValueKind != JsonValueKind.Array)
            return [];
        var domains = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && TenantDomain.TryNormalize(item.GetString(), out var domain))
                domains.Add(domain);
        }

        return domains;
    }
}
