using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>A source that is one function.</summary>
internal sealed record DelegateTenantSource(Func<HttpContext, TenantAnswer> Function, bool IsProof) : ITenantSource
{
    public TenantAnswer Read(HttpContext context) => Function(context);
}
