using System.Text.Json.Serialization;

namespace Inbox.Problems;

/// <summary>Errors look the same in every environment: an RFC 9457 problem, never a stack trace.</summary>
static class ProblemExtensions
{
    /// <summary>The largest request body: 1 MiB.</summary>
    public const int MaxBodyBytes = 1024 * 1024;

    public static void AddProblems(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        builder.Services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            // An id per answer would tell "unknown" from "not yours" apart for whoever compares bytes, and serves nobody
            // before something broke.
            if (context.ProblemDetails.Status < StatusCodes.Status500InternalServerError)
                context.ProblemDetails.Extensions.Remove("traceId");
        });
        builder.Services.AddExceptionHandler<BadRequestHandler>();
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            options.SerializerOptions.AllowDuplicateProperties = false;
            options.SerializerOptions.PropertyNameCaseInsensitive = false;
        });
    }

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
    }
}
