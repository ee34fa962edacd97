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
            // The framework knows the others' pages.
            if (context.ProblemDetails.Status == StatusCodes.Status428PreconditionRequired)
                context.ProblemDetails.Type ??= "https://tools.ietf.org/html/rfc6585#section-3";
            context.ProblemDetails.Detail ??= Explain(context.ProblemDetails.Status);
        });
        builder.Services.AddExceptionHandler<BadRequestHandler>().AddExceptionHandler<DiskFullHandler>();
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
            options.SerializerOptions.AllowDuplicateProperties = false;
            options.SerializerOptions.PropertyNameCaseInsensitive = false;
        });
    }

    /// <summary>For what the framework answers with a bare status.</summary>
    static string? Explain(int? status) => status switch
    {
        StatusCodes.Status404NotFound => "There is nothing at this address.",
        StatusCodes.Status405MethodNotAllowed => "This address does not take this method.",
        StatusCodes.Status413PayloadTooLarge => $"A body has at most {MaxBodyBytes} bytes.",
        StatusCodes.Status415UnsupportedMediaType => "Send the body as 'Content-Type: application/json'; to PATCH, as 'application/merge-patch+json'; a scan, as the image or PDF that it is.",
        _ => null,
    };

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
    }
}
