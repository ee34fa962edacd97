using System.Text.Json;

namespace Tenancy;

/// <summary>The GET operations of an OpenAPI document.</summary>
internal static class OpenApiGets
{
    /// <summary>Reads them as addresses for a tenant; those whose parameters are not given are left out.</summary>
    public static IEnumerable<string> Read(JsonElement document, Func<string, string?> parameter)
    {
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            if (path.Value.TryGetProperty("get", out var get) && Fill(path.Name, Parameters(path.Value).Concat(Parameters(get)), parameter) is { } address)
                yield return address;
        }
    }

    static string? Fill(string path, IEnumerable<JsonElement> parameters, Func<string, string?> value)
    {
        var query = new List<string>();
        foreach (var parameter in parameters)
        {
            var (name, place) = (parameter.GetProperty("name").GetString()!, parameter.GetProperty("in").GetString());
            var isRequired = parameter.TryGetProperty("required", out var required) && required.GetBoolean();
            if (place is not ("path" or "query") || place == "query" && !isRequired)
                continue;
            if (value(name) is not { } given)
                return null;
            if (place == "path")
                path = path.Replace($"{{{name}}}", Uri.EscapeDataString(given), StringComparison.Ordinal);
            else
                query.Add($"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(given)}");
        }

        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }

    static IEnumerable<JsonElement> Parameters(JsonElement owner) =>
        owner.TryGetProperty("parameters", out var parameters) ? parameters.EnumerateArray().Where(parameter => parameter.TryGetProperty("name", out _)) : [];
}
