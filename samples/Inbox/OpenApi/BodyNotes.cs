using System.Text.Json.Nodes;
using Inbox.Administration;
using Inbox.Documents;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Inbox.OpenApi;

/// <summary>An example of each body that is sent.</summary>
static class BodyNotes
{
    public static Task Transform(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken stop)
    {
        var type = context.Description.ActionDescriptor.EndpointMetadata.OfType<IAcceptsMetadata>().LastOrDefault()?.RequestType;
        foreach (var (_, media) in operation.RequestBody?.Content ?? new Dictionary<string, OpenApiMediaType>())
            media.Example = Example(type);
        return Task.CompletedTask;
    }

    static JsonObject? Example(Type? type) =>
        type == typeof(DocumentText) ? new() { ["title"] = "Minutes", ["body"] = "We met, and we will meet again." }
        : type == typeof(DocumentPatch) ? new() { ["title"] = "Minutes of Monday" }
        : type == typeof(NewTenant) ? new() { ["slug"] = "acme", ["name"] = "Acme Anvils", ["tier"] = "starter", ["isolation"] = "row" }
        : null;
}
