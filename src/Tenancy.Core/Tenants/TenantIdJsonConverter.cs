using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tenancy;

/// <summary>An id as its canonical string: without this a serializer would read back an id without a value.</summary>
internal sealed class TenantIdJsonConverter : JsonConverter<TenantId>
{
    public override TenantId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TenantId.TryParse(reader.GetString(), null, out var id)
            ? id
            : throw new JsonException("A tenant id is a string with a UUID of 36 characters, and not the empty one.");

    public override void Write(Utf8JsonWriter writer, TenantId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value == Guid.Empty
            ? throw new JsonException("This tenant id has no value. Take it from a tenant.")
            : value.ToString());
}
