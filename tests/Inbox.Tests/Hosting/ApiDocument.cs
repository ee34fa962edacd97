using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Inbox.Tests.Hosting;

/// <summary>An operation of the API's document.</summary>
public sealed record ApiOperation(HttpMethod Method, string Path, JsonObject Json)
{
    public bool OfTenant => Path.Contains("{tenant}", StringComparison.Ordinal);

    /// <summary>The statuses it says it answers.</summary>
    public int[] Statuses => [.. Json["responses"]!.AsObject().Select(response => int.Parse(response.Key)).Order()];

    public JsonNode[] Parameters => [.. (Json["parameters"]?.AsArray() ?? []).Select(parameter => parameter!)];

    JsonObject? Content => Json["requestBody"]?["content"]?.AsObject();

    /// <summary>Whether it takes files, of several media types.</summary>
    public bool TakesFile => Content is { Count: > 1 };

    /// <summary>The example of the JSON that it takes, or none where it takes none.</summary>
    public string? Body => TakesFile ? null : Content?.Single().Value!["example"]!.ToJsonString();

    /// <summary>Headers that it needs.</summary>
    public (string Name, string Value)[] Headers =>
        [.. Parameters.Where(parameter => (string)parameter["in"]! == "header" && (bool?)parameter["required"] == true)
            .Select(parameter => ((string)parameter["name"]!, "*"))];

    /// <summary>The address with these values for its parameters.</summary>
    public string Fill(string? tenant = null, string? slug = null, string? id = null)
    {
        var path = Path.Replace("{tenant}", tenant, StringComparison.Ordinal).Replace("{slug}", slug, StringComparison.Ordinal)
            .Replace("{id}", id ?? Guid.NewGuid().ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("{", path, StringComparison.Ordinal);
        var query = Parameters.Where(parameter => (string)parameter["in"]! == "query" && (bool?)parameter["required"] == true)
            .Select(parameter => $"{parameter["name"]}=word");
        return string.Join('?', ((string[])[path, string.Join('&', query)]).Where(part => part.Length > 0));
    }

    public bool Matches(HttpMethod method, string path) => method == Method &&
        Regex.IsMatch(path, "^" + Regex.Replace(Regex.Escape(Path), @"\\\{[a-z]+}", "[^/]+") + "$");

    public override string ToString() => $"{Method} {Path}";
}

/// <summary>The API's document, as it is served.</summary>
static class ApiDocument
{
    public const string Address = "/openapi/v1.json";

    /// <summary>Read once for each API: making it takes a while, and it does not change.</summary>
    static readonly ConditionalWeakTable<HttpClient, Task<JsonObject>> Read = [];

    public static Task<JsonObject> ReadDocumentAsync(this InboxFixture inbox, string environment = "Production") =>
        Read.GetValue(inbox.In(environment), _ => FetchAsync(inbox, environment));

    static async Task<JsonObject> FetchAsync(InboxFixture inbox, string environment)
    {
        var reply = await inbox.SendAsync(HttpMethod.Get, Address, token: null, environment: environment);
        Assert.True(reply.Status == 200, reply.ToString());
        return reply.Json.AsObject();
    }

    public static async Task<IReadOnlyList<ApiOperation>> ReadOperationsAsync(this InboxFixture inbox, string environment = "Production") =>
        Operations(await inbox.ReadDocumentAsync(environment));

    public static IReadOnlyList<ApiOperation> Operations(JsonObject document) =>
        [.. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation =>
            new ApiOperation(new HttpMethod(operation.Key.ToUpperInvariant()), path.Key, operation.Value!.AsObject())))];

    /// <summary>The one operation that a request is for. Of a literal and a parameter, the literal counts.</summary>
    public static ApiOperation? Find(IEnumerable<ApiOperation> operations, HttpMethod method, string path) =>
        operations.Where(operation => operation.Matches(method, path)).MinBy(operation => operation.Path.Count(c => c == '{'));
}
