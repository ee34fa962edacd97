using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Tenancy;

namespace Inbox.Health;

/// <summary>As endpoints of their own rather than <c>MapHealthChecks</c>, whose endpoints no API document knows.</summary>
static class HealthEndpoints
{
    /// <summary>The tag of checks that say whether requests should come.</summary>
    const string Ready = "ready";

    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        var health = app.MapGroup("/health").AllowAnonymous().WithoutTenant().WithTags("Health");
        // Live: the process answers. A database that is away is no reason to restart it.
        health.MapGet("/live", static (HttpContext http, HealthCheckService checks, CancellationToken stop) =>
            AnswerAsync(http, checks, static _ => false, stop))
            .WithSummary("Whether the process answers.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain");
        health.MapGet("/ready", static (HttpContext http, HealthCheckService checks, CancellationToken stop) =>
            AnswerAsync(http, checks, static check => check.Tags.Contains(Ready), stop))
            .WithSummary("Whether requests should come.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .Produces<string>(StatusCodes.Status503ServiceUnavailable, "text/plain");
    }

    static async Task<ContentHttpResult> AnswerAsync(
        HttpContext http, HealthCheckService checks, Func<HealthCheckRegistration, bool> which, CancellationToken stop)
    {
        var report = await checks.CheckHealthAsync(which, stop);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Text(
            report.Status.ToString(),
            statusCode: report.Status == HealthStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK);
    }
}
