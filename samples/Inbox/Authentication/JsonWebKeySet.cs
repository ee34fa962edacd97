using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Inbox.Authentication;

/// <summary>The issuer's public keys by <c>kid</c> (RFC 7517).</summary>
sealed class JsonWebKeySet : IDisposable
{
    const int MaxFileLength = 256 * 1024;

    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    readonly Dictionary<string, VerificationKey> _keys = new(StringComparer.Ordinal);

    public bool TryFind(string kid, [NotNullWhen(true)] out VerificationKey? key) => _keys.TryGetValue(kid, out key);

    /// <summary>Reads a key set and notes every mistake in it; a set with mistakes is not to be used.</summary>
    public static JsonWebKeySet Load(string path, List<string> mistakes)
    {
        var set = new JsonWebKeySet();
        try
        {
            if (new FileInfo(path).Length > MaxFileLength)
            {
                mistakes.Add("The file is larger than 256 KiB.");
                return set;
            }

            using var document = JsonDocument.Parse(File.ReadAllBytes(path), Strict);
            set.Add(document.RootElement, mistakes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            mistakes.Add("The file cannot be read. 'keys --out DIR' makes a key and its key set for development.");
        }
        catch (JsonException e)
        {
            mistakes.Add($"The file is not strict JSON: {e.Message}");
        }

        return set;
    }

    void Add(JsonElement root, List<string> mistakes)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("keys", out var keys) ||
            keys.ValueKind != JsonValueKind.Array || keys.GetArrayLength() == 0)
        {
            mistakes.Add("The file is not a key set: give {\"keys\":[…]} with one key at least.");
            return;
        }

        var index = 0;
        foreach (var element in keys.EnumerateArray())
        {
            var where = $"keys[{index++}]";
            if (JsonWebKey.Read(element, where, mistakes) is not var (kid, key))
                continue;
            if (!_keys.TryAdd(kid, key))
            {
                key.Dispose();
                mistakes.Add($"{where} has the kid of another key. Give each its own.");
            }
        }
    }

    public void Dispose()
    {
        foreach (var key in _keys.Values)
            key.Dispose();
    }
}
