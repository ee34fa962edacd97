using System.Globalization;
using Inbox.Documents;
using Inbox.Documents.Search;
using Inbox.Paging;
using Inbox.Usage;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace Inbox.OpenApi;

/// <summary>Says of parameters what their .NET types cannot.</summary>
static class ParameterNotes
{
    public static Task Transform(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken stop)
    {
        operation.Parameters ??= [];
        // No handler takes it: the tenant is found before one runs.
        if (context.Description.RelativePath?.Contains("{tenant}", StringComparison.Ordinal) == true)
        {
            operation.Parameters.Insert(0, new OpenApiParameter
            {
                Name = "tenant",
                In = ParameterLocation.Path,
                Required = true,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])$" },
            });
        }

        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>())
            Describe(parameter, context.Description.RelativePath ?? "");
        if (operation.Responses?.ContainsKey("412") == true)
        {
            operation.Parameters.Add(Tags(HeaderNames.IfMatch, required: operation.Responses.ContainsKey("428")));
            operation.Parameters.Add(Tags(HeaderNames.IfNoneMatch, required: false));
        }

        return Task.CompletedTask;
    }

    static void Describe(OpenApiParameter parameter, string path)
    {
        switch (parameter.Name)
        {
            case "tenant":
                parameter.Description = "The slug of the tenant, which the token has to name as well.";
                parameter.Example = "acme";
                break;
            case "slug":
                parameter.Description = "The slug of the tenant.";
                parameter.Example = "acme";
                break;
            case "id":
                parameter.Description = "The id that the document was given when it was added.";
                break;
            case "title" when path.EndsWith("/scans", StringComparison.Ordinal):
                parameter.Description = "The title of the document. Default: Scan.";
                parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = Document.MaxTitleLength };
                parameter.Example = "Invoice 17";
                break;
            case "title":
                parameter.Description = "Pasted into the statement as it is.";
                break;
            case "limit":
                parameter.Description = "How many there are on a page at most.";
                parameter.Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Minimum = "1",
                    Maximum = PageQuery.MaxLimit.ToString(CultureInfo.InvariantCulture),
                    Default = PageQuery.DefaultLimit,
                };
                break;
            case "period":
                parameter.Description = "How finely usage is told; hours and days are those of UTC.";
                parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [UsageQuery.Hour, UsageQuery.Day], Default = UsageQuery.Hour };
                break;
            case "last":
                parameter.Description = "How many of them, the one that is not over included.";
                parameter.Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Minimum = "1",
                    Maximum = UsageQuery.MaxLast.ToString(CultureInfo.InvariantCulture),
                    Default = UsageQuery.DefaultLast,
                };
                break;
            case "cursor":
                parameter.Description = "'next' of the page before. Good for the same tenant, list, order and question only.";
                break;
            case "sort":
                parameter.Description = "By time of creation: the newest first, or the oldest.";
                parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["-created", "created"], Default = "-created" };
                break;
            case "q":
                parameter.Description = "What to look for, as in a web search: words, \"a phrase\", or, -not.";
                parameter.Required = true;
                parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = SearchDocuments.MaxQueryLength };
                parameter.Example = "whale -ship";
                break;
        }
    }

    static OpenApiParameter Tags(string header, bool required) => new()
    {
        Name = header,
        In = ParameterLocation.Header,
        Required = required,
        Description = "* or a list of ETags (RFC 9110).",
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };
}
