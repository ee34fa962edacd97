using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>Reads a route value. Anyone can write a route, so it only selects.</summary>
internal sealed record RouteTenantSource(string Parameter) : ITenantSource
{
    public bool IsProof => false;

    public TenantAnswer Read(HttpContext context) =>
        context.Request.RouteValues.TryGetValue(Parameter, out var value) && value is not null
            ? TenantAnswer.Named((value as string ?? Convert.ToString(value, CultureInfo.InvariantCulture)).AsMemory())
            : TenantAnswer.Silent;

    public bool Equals(RouteTenantSource? other) =>
        other is not null && Parameter.Equals(other.Parameter, StringComparison.OrdinalIgnoreCase);

    public override int GetHashCode() => Parameter.GetHashCode(StringComparison.OrdinalIgnoreCase);
}
