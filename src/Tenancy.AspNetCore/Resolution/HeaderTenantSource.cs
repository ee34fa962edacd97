using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>Reads a request header. Anyone can write one, so it only selects.</summary>
internal sealed record HeaderTenantSource(string Name) : ITenantSource
{
    public bool IsProof => false;

    public TenantAnswer Read(HttpContext context)
    {
        if (!context.Request.Headers.TryGetValue(Name, out var values) || values.Count == 0)
            return TenantAnswer.Silent;
        return values.Count == 1 ? TenantAnswer.Named(values[0].AsMemory()) : TenantAnswer.Contradictory;
    }

    public bool Equals(HeaderTenantSource? other) =>
        other is not null && Name.Equals(other.Name, StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.OrdinalIgnoreCase);
}
