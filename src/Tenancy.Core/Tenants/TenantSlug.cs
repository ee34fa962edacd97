using System.Diagnostics.CodeAnalysis;

namespace Tenancy;

/// <summary>
/// A tenant's public name, as it stands in routes and tokens: 3 to 63 characters of <c>a-z</c>, <c>0-9</c> and
/// <c>-</c>, beginning and ending with a letter or digit. Compared ordinally.
/// </summary>
/// <remarks>
/// Nothing in a database is named after a slug, so a hostile one can at most be refused. A slug that reads as a UUID is
/// refused too: it could be mistaken for another tenant's id.
/// </remarks>
public readonly record struct TenantSlug : ISpanParsable<TenantSlug>
{
    /// <summary>The fewest characters of a slug.</summary>
    public const int MinLength = 3;

    /// <summary>The most characters of a slug, as in a DNS label (RFC 1035).</summary>
    public const int MaxLength = 63;

    const string Rule =
        "A slug has 3 to 63 characters of a-z, 0-9 and '-', begins and ends with a letter or digit, and is not a UUID.";

    readonly string? _value;

    TenantSlug(string value) => _value = value;

    /// <summary>The slug's text; empty only for <c>default(TenantSlug)</c>, which no API accepts.</summary>
    public string Value => _value ?? "";

    /// <summary>Whether the text is a slug.</summary>
    /// <param name="text">What a caller sent; it is never trimmed, folded or repaired.</param>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        if (text.Length is < MinLength or > MaxLength || text[0] == '-' || text[^1] == '-')
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
                return false;
        }

        return !Guid.TryParse(text, out _);
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <inheritdoc/>
    public static TenantSlug Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var slug) ? slug : throw new FormatException(Rule);

    /// <inheritdoc/>
    public static TenantSlug Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var slug) ? slug : throw new FormatException(Rule);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out TenantSlug result)
    {
        var valid = IsValid(s);
        result = valid ? new TenantSlug(s.ToString()) : default;
        return valid;
    }

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out TenantSlug result)
    {
        var valid = s is not null && IsValid(s);
        result = valid ? new TenantSlug(s!) : default;
        return valid;
    }
}
