using System.Text.Json.Nodes;
using Inbox.Commands;
using Inbox.Tests.Hosting;
using Microsoft.AspNetCore.Routing;

namespace Inbox.Tests.Api;

/// <summary>The API's document: every endpoint is in it, with the problems it can answer, and all it refers to is there.</summary>
[Collection(InboxCollection.Name)]
public sealed class OpenApiTests(InboxFixture inbox)
{
    /// <summary>What each endpoint answers, written down once more: a document made from the code agrees with any code.</summary>
    static readonly Dictionary<string, int[]> Expected = new()
    {
        ["GET /v1/organizations/{tenant}/documents"] = [200, 400, 401, 403, 404, 429, 503],
        ["POST /v1/organizations/{tenant}/documents"] = [201, 400, 401, 403, 404, 413, 415, 429, 503],
        ["GET /v1/organizations/{tenant}/documents/search"] = [200, 400, 401, 403, 404, 429, 503],
        ["GET /v1/organizations/{tenant}/documents/{id}"] = [200, 304, 400, 401, 403, 404, 412, 429, 503],
        ["PUT /v1/organizations/{tenant}/documents/{id}"] = [200, 400, 401, 403, 404, 412, 413, 415, 428, 429, 503],
        ["PATCH /v1/organizations/{tenant}/documents/{id}"] = [200, 400, 401, 403, 404, 412, 413, 415, 428, 429, 503],
        ["DELETE /v1/organizations/{tenant}/documents/{id}"] = [204, 400, 401, 403, 404, 412, 429, 503],
        ["POST /v1/organizations/{tenant}/documents/scans"] = [202, 400, 401, 403, 404, 413, 415, 422, 429, 503],
        ["GET /v1/organizations/{tenant}/documents/{id}/scan"] = [200, 401, 403, 404, 429, 503],
        ["GET /v1/organizations/{tenant}/documents/{id}/scan/events"] = [200, 401, 403, 404, 429, 503],
        ["GET /v1/organizations/{tenant}/documents/{id}/scan/pages"] = [200, 400, 401, 403, 404, 429, 503],
        ["GET /v1/organizations/{tenant}/unsafe-search"] = [200, 400, 401, 403, 404, 429, 503],
        ["GET /v1/organizations/{tenant}/usage"] = [200, 400, 401, 403, 404, 429, 503],
        ["GET /admin/tenants/{slug}/usage"] = [200, 400, 401, 403, 404],
        ["GET /admin/tenants"] = [200, 400, 401, 403],
        ["POST /admin/tenants"] = [201, 400, 401, 403, 409, 413, 415],
        ["GET /admin/tenants/{slug}"] = [200, 401, 403, 404],
        ["DELETE /admin/tenants/{slug}"] = [204, 401, 403, 404],
        ["POST /admin/tenants/{slug}/suspend"] = [200, 401, 403, 404, 409],
        ["POST /admin/tenants/{slug}/resume"] = [200, 401, 403, 404, 409],
        ["GET /health/live"] = [200],
        ["GET /health/ready"] = [200, 503],
    };

    [Fact]
    public async Task Every_mapped_endpoint_is_in_the_document()
    {
        await using var app = Inbox.Api.Build(Command.CreateBuilder(["--Demo:UnsafeSearch=true", "--Tenancy:Ocr:Servers:0=http://127.0.0.1:9"]));
        var mapped = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method =>
                $"{method} {Pattern(endpoint)}"))
            .Where(endpoint => !endpoint.Contains("/openapi/", StringComparison.Ordinal));
        var documented = (await inbox.ReadOperationsAsync()).Select(operation => operation.ToString());
        Assert.Equal(mapped.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
        Assert.Equal(Expected.Keys.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_endpoint_names_its_problems_and_shows_each()
    {
        foreach (var operation in await inbox.ReadOperationsAsync())
        {
            Assert.Equal(Expected[operation.ToString()], operation.Statuses);
            Assert.False(string.IsNullOrEmpty((string?)operation.Json["summary"]), operation.ToString());
            foreach (var (status, response) in operation.Json["responses"]!.AsObject())
            {
                Assert.False(string.IsNullOrEmpty((string?)response!["description"]), $"{operation} {status}");
                if (status[0] is not '4')
                    continue;
                var problem = response["content"]!["application/problem+json"]!;
                Assert.NotNull(problem["schema"]!["$ref"]);
                Assert.Equal(status, (string)problem["example"]!["status"]!.ToJsonString());
            }
        }
    }

    [Fact]
    public async Task What_needs_a_token_says_so_and_what_has_a_tenant_names_it()
    {
        var document = await inbox.ReadDocumentAsync();
        var scheme = document["components"]!["securitySchemes"]!["bearer"]!;
        Assert.Equal(("http", "bearer"), ((string)scheme["type"]!, (string)scheme["scheme"]!));
        foreach (var operation in ApiDocument.Operations(document))
        {
            var open = operation.Path.StartsWith("/health/", StringComparison.Ordinal);
            Assert.Equal(!open, operation.Json["security"]?.AsArray().Any(need => need!.AsObject().ContainsKey("bearer")) == true);
            var parameters = operation.Parameters.Where(parameter => (string)parameter["in"]! == "path").ToArray();
            // Each hole of the address is a parameter, and each parameter has its words.
            Assert.Equal(operation.Path.Count(c => c == '{'), parameters.Length);
            Assert.All(parameters, parameter => Assert.Contains($"{{{parameter["name"]}}}", operation.Path, StringComparison.Ordinal));
            foreach (var parameter in operation.Parameters)
            {
                Assert.False(string.IsNullOrEmpty((string?)parameter["description"]), $"{operation} {parameter["name"]}");
                Assert.NotNull(parameter["schema"]);
            }
        }
    }

    [Fact]
    public async Task It_is_a_document_of_version_3_1_and_all_it_refers_to_is_in_it()
    {
        var document = await inbox.ReadDocumentAsync();
        Assert.StartsWith("3.1", (string)document["openapi"]!, StringComparison.Ordinal);
        Assert.Equal("Inbox", (string)document["info"]!["title"]!);
        var references = new List<string>();
        Collect(document, references);
        Assert.NotEmpty(references);
        Assert.All(references.Distinct(), reference => Assert.True(Resolve(document, reference), reference));
        Assert.False(Resolve(document, "#/components/schemas/Nothing"));
        // What a server knows of itself and its places is none of its readers' business.
        foreach (var inside in (string[])["\"revision\"", "tenant_id", "Npgsql", "Host=", "127.0.0.1"])
            Assert.DoesNotContain(inside, document.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_examples_of_bodies_are_taken()
    {
        var slug = await inbox.CreateTenantAsync("starter", "row");
        var token = inbox.Token(slug);
        foreach (var operation in (await inbox.ReadOperationsAsync()).Where(operation => operation is { Body: not null, OfTenant: true }))
        {
            var added = await inbox.SendAsync(HttpMethod.Post, $"/v1/organizations/{slug}/documents", token, """{"title":"a","body":"b"}""");
            var reply = await inbox.SendAsync(
                operation.Method, operation.Fill(slug, id: (string)added.Json["id"]!), token, operation.Body, headers: operation.Headers);
            Assert.True(reply.Status is 200 or 201, $"{operation} {reply}");
        }
    }

    [Fact]
    public async Task It_is_the_same_in_Development_but_for_the_demo()
    {
        var here = (await inbox.ReadOperationsAsync("Development")).Select(operation => operation.ToString());
        Assert.Equal(Expected.Keys.Where(key => !key.Contains("unsafe", StringComparison.Ordinal)).Order(StringComparer.Ordinal), here.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Without_OCR_servers_there_are_no_scans()
    {
        await using var app = Inbox.Api.Build(Command.CreateBuilder([]));
        var mapped = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Select(Pattern).ToArray();
        Assert.Contains("/v1/organizations/{tenant}/documents", mapped);
        Assert.DoesNotContain(mapped, path => path.Contains("scan", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_is_described_by_its_media_types_and_events_as_such()
    {
        var operations = (await inbox.ReadOperationsAsync()).ToDictionary(operation => operation.ToString());
        var files = operations["POST /v1/organizations/{tenant}/documents/scans"].Json["requestBody"]!["content"]!.AsObject();
        Assert.Equal(["application/pdf", "image/bmp", "image/jpeg", "image/png", "image/tiff", "image/webp"], files.Select(file => file.Key).Order(StringComparer.Ordinal));
        var events = operations["GET /v1/organizations/{tenant}/documents/{id}/scan/events"].Json["responses"]!["200"]!["content"]!.AsObject();
        Assert.Equal(["text/event-stream"], events.Select(media => media.Key));
    }

    static string Pattern(RouteEndpoint endpoint) =>
        "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
            Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal => literal.Content,
            _ => throw new InvalidOperationException(endpoint.DisplayName),
        }))));

    static void Collect(JsonNode? node, List<string> references)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members)
            {
                if (name == "$ref")
                    references.Add((string)value!);
                else
                    Collect(value, references);
            }
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
                Collect(item, references);
        }
    }

    static bool Resolve(JsonNode document, string reference) =>
        reference.Split('/').Skip(1).Aggregate((JsonNode?)document, (node, name) => (node as JsonObject)?[name]) is not null;
}
