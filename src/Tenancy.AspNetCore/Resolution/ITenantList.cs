using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>A list of tenants that stays where the request has it.</summary>
internal interface ITenantList
{
    bool Has(HttpContext context, ReadOnlySpan<char> slug);
}
