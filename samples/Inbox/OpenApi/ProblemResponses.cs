using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using Tenancy;

namespace Inbox.OpenApi;

/// <summary>
/// Adds the problems that an endpoint answers because of what it is (open or not, of a tenant or not, with a body or
/// not) to those it declares, and gives each its words and an example.
/// </summary>
static class ProblemResponses
{
    const string MediaType = "application/problem+json";

    public static async Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken stop)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var open = metadata.OfType<IAllowAnonymous>().Any();
        var ofTenant = metadata.OfType<ITenantRequirementMetadata>().LastOrDefault()?.Requirement == TenantRequirement.Required;
        var schema = await context.GetOrCreateSchemaAsync(typeof(ProblemDetails), null, stop);
        context.Document!.AddComponent<IOpenApiSchema>(nameof(ProblemDetails), schema);

        operation.Responses ??= [];
        foreach (var status in Implied(open, ofTenant, operation.RequestBody is not null))
            operation.Responses.TryAdd(Text(status), new OpenApiResponse());
        foreach (var (key, response) in operation.Responses)
        {
            if (int.TryParse(key, CultureInfo.InvariantCulture, out var status) && status >= 400 && response is OpenApiResponse problem &&
                problem.Content?.ContainsKey("text/plain") != true)
                Describe(problem, status, ofTenant, context.Document);
        }

        if (!open)
            operation.Security = [new() { [new OpenApiSecuritySchemeReference(ApiDocumentExtensions.Scheme, context.Document)] = [] }];
    }

    static IEnumerable<int> Implied(bool open, bool ofTenant, bool hasBody) =>
    [
        .. (ReadOnlySpan<int>)(open ? [] : [401, 403]),
        .. (ReadOnlySpan<int>)(ofTenant ? [404, 429, 503] : []),
        .. (ReadOnlySpan<int>)(hasBody ? [400, 413, 415] : []),
    ];

    static void Describe(OpenApiResponse response, int status, bool ofTenant, OpenApiDocument document)
    {
        response.Description = status switch
        {
            400 => "Something in the request is not right; 'errors' names it where it can.",
            401 => "No token, or one that was refused.",
            403 => ofTenant ? "The caller's own tenant is suspended." : "The token does not carry the role this needs.",
            404 => ofTenant ? "There is no such thing, or no such tenant for this caller." : "There is no such thing.",
            409 => "The slug is taken, or the tenant is in a state that does not allow it.",
            412 => "The document is at another revision than the request asks for.",
            413 => "The body is too large.",
            415 => "The body is of another media type than this takes.",
            422 => "The file cannot be read: it is damaged, encrypted, or has too many pages or pixels.",
            428 => "If-Match is missing.",
            429 => "The tenant has used up a limit of its tier; 'Retry-After' says when to try again.",
            503 => "The tenant is being created, or there is no room at the moment; 'Retry-After' says when to try again.",
            _ => ReasonPhrases.GetReasonPhrase(status),
        };
        // A list of mistakes has a schema of its own, which the framework found.
        var schema = response.Content?.Values.FirstOrDefault()?.Schema ?? new OpenApiSchemaReference(nameof(ProblemDetails), document);
        response.Content = new Dictionary<string, OpenApiMediaType>
        {
            [MediaType] = new()
            {
                Schema = schema,
                Example = new JsonObject
                {
                    ["title"] = ReasonPhrases.GetReasonPhrase(status),
                    ["status"] = status,
                    ["detail"] = response.Description,
                },
            },
        };
    }

    static string Text(int status) => status.ToString(CultureInfo.InvariantCulture);
}
