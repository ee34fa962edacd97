using System.Diagnostics.CodeAnalysis;
using Inbox.Problems;
using Tenancy;

namespace Inbox.Administration;

/// <summary>What is sent to create a tenant. Without an isolation, the tier's counts.</summary>
sealed record NewTenant(string? Slug, string? Name, string? Tier, string? Isolation)
{
    const int MaxNameLength = 200;

    static readonly Dictionary<string, TenantIsolation> Isolations = new(StringComparer.Ordinal)
    {
        ["row"] = TenantIsolation.Row,
        ["schema"] = TenantIsolation.Schema,
        ["database"] = TenantIsolation.Database,
    };

    public bool TryRead(
        IReadOnlyDictionary<string, Tier> tiers, Mistakes mistakes, [NotNullWhen(true)] out TenantSpecification? specification)
    {
        specification = null;
        if (!TenantSlug.TryParse(Slug, null, out var slug))
        {
            mistakes.Add("slug", $"Give {TenantSlug.MinLength} to {TenantSlug.MaxLength} characters of a-z, 0-9 and '-', " +
                "beginning and ending with a letter or digit, and not a UUID.");
        }

        mistakes.CheckText("name", Name, MaxNameLength);
        if (Tier is null || !tiers.ContainsKey(Tier))
            mistakes.Add("tier", $"Give one of: {string.Join(", ", tiers.Keys.Order(StringComparer.Ordinal))}.");
        TenantIsolation? isolation = null;
        if (Isolation is not null)
        {
            if (Isolations.TryGetValue(Isolation, out var named))
                isolation = named;
            else
                mistakes.Add("isolation", $"Give one of: {string.Join(", ", Isolations.Keys)}; or leave it out.");
        }

        if (mistakes.Any)
            return false;
        specification = new TenantSpecification(slug, Name!, Tier!) { Isolation = isolation };
        return true;
    }
}
