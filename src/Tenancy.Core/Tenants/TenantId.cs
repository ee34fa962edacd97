using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Tenancy;

/// <summary>The identity of a tenant: a UUID that never changes, from which schema, database and role names derive.</summary>
/// <remarks>In JSON it is a string of the canonical form.</remarks>
[JsonConverter(typeof(TenantIdJsonConverter))]
public readonly record struct TenantId : ISpanParsable<TenantId>
{
    /// <summary>Wraps a UUID.</summary>
    /// <param name="value">Any UUID but the empty one.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> is <see cref="Guid.Empty"/>.</exception>
    public TenantId(Guid value)
    {
        if (value == Guid.Empty)
            throw new ArgumentException("A tenant id cannot be the empty UUID.", nameof(value));
        Value = value;
    }

    /// <summary>The UUID. Empty only for <c>default(TenantId)</c>, which no API accepts.</summary>
    public Guid Value { get; }

    /// <summary>Makes an id of UUID version 7 (RFC 9562), so that ids sort by time of creation.</summary>
    /// <param name="time">The clock the timestamp is taken from.</param>
    public static TenantId Create(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new(Guid.CreateVersion7(time.GetUtcNow()));
    }

    /// <summary>The canonical form: 36 lower-case characters with hyphens.</summary>
    public override string ToString() => Value.ToString("D");

    /// <inheritdoc/>
    public static TenantId Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id)
            ? id
            : throw new FormatException("A tenant id is a UUID of 36 characters with hyphens, and not the empty one.");

    /// <inheritdoc/>
    public static TenantId Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out TenantId result)
    {
        var parsed = Guid.TryParseExact(s, "D", out var value) && value != Guid.Empty;
        result = parsed ? new TenantId(value) : default;
        return parsed;
    }

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out TenantId result) =>
        TryParse(s.AsSpan(), provider, out result);
}
