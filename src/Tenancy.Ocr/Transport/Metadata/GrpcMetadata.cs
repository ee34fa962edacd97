using System.Net.Http.Headers;

namespace Tenancy.Transport;

/// <summary>Names and values beside the messages. Names are lower-case; a name that ends in <c>-bin</c> has bytes for a value.</summary>
internal sealed class GrpcMetadata
{
    public static readonly GrpcMetadata Empty = new([]);

    readonly IReadOnlyList<KeyValuePair<string, string>> _entries;

    GrpcMetadata(IReadOnlyList<KeyValuePair<string, string>> entries) => _entries = entries;

    /// <summary>As on the wire: bytes are Base64.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Entries => _entries;

    /// <exception cref="ArgumentException">The name or value cannot be sent.</exception>
    public GrpcMetadata With(string name, string value)
    {
        MetadataRules.CheckName(name, binary: false);
        MetadataRules.CheckValue(name, value);
        return new([.. _entries, new(name, value)]);
    }

    /// <exception cref="ArgumentException">The name does not end in <c>-bin</c>.</exception>
    public GrpcMetadata With(string name, ReadOnlySpan<byte> value)
    {
        MetadataRules.CheckName(name, binary: true);
        // The specification prefers no padding.
        return new([.. _entries, new(name, Convert.ToBase64String(value).TrimEnd('='))]);
    }

    /// <summary>The last value of a name, or none.</summary>
    public string? Text(string name) =>
        _entries.LastOrDefault(entry => string.Equals(entry.Key, name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>The bytes of a name. A value may be a list, joined with commas on its way; what is not Base64 is skipped.</summary>
    public IEnumerable<byte[]> Binary(string name)
    {
        foreach (var (key, value) in _entries)
        {
            if (!string.Equals(key, name, StringComparison.OrdinalIgnoreCase))
                continue;
            foreach (var part in value.Split(',', StringSplitOptions.TrimEntries))
            {
                if (MetadataRules.TryDecode(part, out var bytes))
                    yield return bytes;
            }
        }
    }

    public static GrpcMetadata From(HttpHeaders headers)
    {
        List<KeyValuePair<string, string>>? entries = null;
        foreach (var (name, values) in headers.NonValidated)
        {
            foreach (var value in values)
                (entries ??= []).Add(new(name, value));
        }

        return entries is null ? Empty : new(entries);
    }
}
