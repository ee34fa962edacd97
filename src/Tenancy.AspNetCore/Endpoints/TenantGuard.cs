using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>
/// The last door before an endpoint that requires a tenant: shut to whatever came around the middleware.
/// </summary>
internal static class TenantGuard
{
    public static RequestDelegate Around(RequestDelegate run) => context =>
        context.Features.Get<ITenantFeature>() is not null || !Requires(context.GetEndpoint())
            ? run(context)
            : throw Missed(context.GetEndpoint());

    public static TenantRequirement Requirement(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<ITenantRequirementMetadata>()?.Requirement ?? TenantRequirement.Optional;

    public static InvalidOperationException Missed(Endpoint? endpoint) => new(
        $"The endpoint '{endpoint?.DisplayName}' requires a tenant, but the request did not pass the middleware that " +
        "finds one. Call app.UseTenancy() once, after app.UseRouting(), app.UseAuthentication() and " +
        "app.UseAuthorization() where you call these, and before the endpoints run.");

    // Without an endpoint to ask, the guard stays shut.
    static bool Requires(Endpoint? endpoint) => endpoint is null || Requirement(endpoint) == TenantRequirement.Required;
}
