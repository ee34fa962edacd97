using Microsoft.OpenApi;
using Tenancy;

namespace Inbox.OpenApi;

static class ApiDocumentExtensions
{
    /// <summary>The name of the document, and of its security scheme's.</summary>
    public const string Name = "v1";
    public const string Scheme = "bearer";

    public static void AddApiDocument(this IServiceCollection services) => services.AddOpenApi(Name, options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Inbox",
                Version = Name,
                Description = "A document inbox for many tenants. Errors are problems by RFC 9457.",
            };
            // The address that the document was read from is the reader's, not the API's.
            document.Servers = [];
            document.AddComponent<IOpenApiSecurityScheme>(Scheme, new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = Scheme,
                BearerFormat = "JWT",
                Description = "A token whose 'org' is the tenant of the address; for tenants themselves, one with the role 'platform-admin'.",
            });
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(ProblemResponses.TransformAsync);
        options.AddOperationTransformer(ParameterNotes.Transform);
        options.AddOperationTransformer(BodyNotes.Transform);
    });

    /// <summary>The document is open to all, as what it describes is protected by itself.</summary>
    public static void MapApiDocument(this IEndpointRouteBuilder app) =>
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous().WithoutTenant();
}
