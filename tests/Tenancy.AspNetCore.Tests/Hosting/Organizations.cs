using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Tenancy.AspNetCore.Tests;

/// <summary>The endpoints most tests ask. Each answers with the ambient tenant's slug, or <c>-</c>.</summary>
static class Organizations
{
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/v1/organizations/{tenant}").RequireTenant();
        group.MapGet("/documents", Ambient);
        group.MapGet("/help", Ambient).WithoutTenant();
        group.MapGet("/about", [WithoutTenant] (ITenantContext tenants) => Ambient(tenants));
        endpoints.MapGet("/me", Ambient).RequireTenant();
        endpoints.MapGet("/open", Ambient);
        endpoints.MapGet("/open/{tenant}", Ambient);
    }

    public static string Of(string slug) => $"/v1/organizations/{slug}/documents";

    public static string Ambient(ITenantContext tenants) => tenants.Current?.Slug.Value ?? "-";
}
