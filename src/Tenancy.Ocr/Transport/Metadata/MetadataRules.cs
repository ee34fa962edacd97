using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Tenancy.Transport;

/// <summary>What names and values may be: gRPC over HTTP/2, "Custom-Metadata".</summary>
internal static class MetadataRules
{
    static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-.");

    public static void CheckName(string name, bool binary)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(NameCharacters))
            throw new ArgumentException($"'{name}' is no name of metadata. Use a-z, 0-9, '_', '-' and '.'.", nameof(name));
        if (name.EndsWith("-bin", StringComparison.Ordinal) != binary)
            throw new ArgumentException($"'{name}': names of bytes end in '-bin', others do not.", nameof(name));
    }

    public static void CheckValue(string name, string value)
    {
        // Not the value: it may be a secret.
        if (value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw new ArgumentException($"The value of '{name}' has characters other than printable ASCII. Send it as bytes under a name that ends in '-bin'.", nameof(value));
    }

    /// <summary>Decodes Base64 with or without its padding.</summary>
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        var padded = text.TrimEnd('=');
        padded = padded.PadRight(padded.Length + (4 - padded.Length % 4) % 4, '=');
        var buffer = new byte[padded.Length / 4 * 3];
        if (!Convert.TryFromBase64String(padded, buffer, out var written))
            return false;
        bytes = buffer[..written];
        return true;
    }
}
