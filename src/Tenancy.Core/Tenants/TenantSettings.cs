using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tenancy;

/// <summary>A tenant's own settings: an immutable JSON object, kept as JSONB in the catalog.</summary>
public sealed class TenantSettings
{
    /// <summary>No settings.</summary>
    public static readonly TenantSettings Empty = new("{}");

    /// <summary>The setting that lists the tenant's own domains, such as <c>{"domains":["www.example.com"]}</c>.</summary>
    public const string DomainsKey = "domains";

    /// <summary>The setting with limits of the tenant's own, in place of its tier's: see <see cref="ITenantLimits"/>.</summary>
    public const string LimitsKey = "limits";

    TenantSettings(string json) => Json = json;

    /// <summary>The object as JSON text.</summary>
    public string Json { get; }

    /// <summary>Reads settings from JSON.</summary>
    /// <param name="json">A JSON object without a property that stands twice.</param>
    /// <exception cref="FormatException">The text is not such an object.</exception>
    public static TenantSettings Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json == Empty.Json)
            return Empty;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return new TenantSettings(json);
        }
        catch (JsonException e)
        {
            throw new FormatException($"Tenant settings must be a JSON object: {e.Message}", e);
        }

        throw new FormatException("Tenant settings must be a JSON object, such as {\"theme\":\"dark\"}.");
    }

    /// <summary>Reads one top-level setting.</summary>
    /// <param name="name">The property's name, compared ordinally.</param>
    /// <param name="type">How to read it, from a source-generated <c>JsonSerializerContext</c>.</param>
    /// <param name="value">The value, where the method returns <see langword="true"/>.</param>
    /// <exception cref="JsonException">The setting is there, but of another type.</exception>
    public bool TryGet<T>(string name, JsonTypeInfo<T> type, [MaybeNullWhen(false)] out T value)
    {
        using var document = JsonDocument.Parse(Json);
        if (document.RootElement.TryGetProperty(name, out var element) && element.Deserialize(type) is { } found)
        {
            value = found;
            return true;
        }

        value = default;
        return false;
    }

    /// <summary>A marker, never the values: settings may hold what must not be logged.</summary>
    public override string ToString() => "{…}";
}
