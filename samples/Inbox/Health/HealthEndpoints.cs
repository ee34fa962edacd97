using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Tenancy;

namespace Inbox.Health;

static class HealthEndpoints
{
    /// <summary>The tag of checks that say whether requests should come.</summary>
    const string Ready = "ready";

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        // Live: the process answers. A database that is away is no reason to restart it.
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = static _ => false })
            .AllowAnonymous().WithoutTenant();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = static check => check.Tags.Contains(Ready) })
            .AllowAnonymous().WithoutTenant();
    }
}
