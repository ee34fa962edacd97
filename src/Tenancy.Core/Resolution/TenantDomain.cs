using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Tenancy;

/// <summary>A host name as DNS compares it: lower case, without a last dot, other scripts as punycode (RFC 5890).</summary>
public static class TenantDomain
{
    const int MaxLength = 253;
    const int MaxLabelLength = 63;

    static readonly IdnMapping Mapping = new() { UseStd3AsciiRules = true };

    /// <summary>Brings a host name into the one form under which it is looked up.</summary>
    /// <param name="host">Such as <c>www.example.com</c>; no scheme, no port, no address, two labels at least.</param>
    /// <param name="domain">The form under which it is looked up, where the method returns <see langword="true"/>.</param>
    public static bool TryNormalize(string? host, [NotNullWhen(true)] out string? domain)
    {
        domain = null;
        if (string.IsNullOrEmpty(host) || host.Length > 2 * MaxLength)
            return false;
        var text = host.EndsWith('.') ? host[..^1] : host;
        try
        {
            text = Mapping.GetAscii(text).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return false;
        }

        if (text.Length > MaxLength || !IsName(text))
            return false;
        domain = text;
        return true;
    }

    /// <summary>Labels of letters, digits and inner hyphens; the last one no number, else it would be an address.</summary>
    static bool IsName(string text)
    {
        var labels = text.Split('.');
        return labels.Length >= 2 && Array.TrueForAll(labels, IsLabel) && !labels[^1].All(char.IsAsciiDigit);
    }

    static bool IsLabel(string label) => label.Length is > 0 and <= MaxLabelLength && label[0] != '-' && label[^1] != '-'
        && label.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
