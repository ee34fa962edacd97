using System.Diagnostics.CodeAnalysis;

namespace Tenancy;

/// <summary>A host name with a tenant in it, such as <c>{tenant}.example.com</c>.</summary>
internal sealed class HostPattern
{
    public const string Placeholder = "{tenant}";

    /// <summary>Stands in for the placeholder while a pattern is brought into DNS's form.</summary>
    const string StandIn = "tenant-placeholder";

    readonly string[] _except;
    readonly string _before;
    readonly string _after;

    HostPattern(string before, string after, string[] except)
    {
        _before = before;
        _after = after;
        _except = except;
    }

    /// <summary>How specific it is: where two patterns match, the one with more fixed text does.</summary>
    public int FixedLength => _before.Length + _after.Length;

    public static bool TryParse(string pattern, string[] except, [NotNullWhen(true)] out HostPattern? parsed)
    {
        parsed = null;
        var labels = pattern.Split('.');
        if (labels.Count(label => label == Placeholder) != 1
            || !TenantDomain.TryNormalize(pattern.Replace(Placeholder, StandIn, StringComparison.Ordinal), out var host)
            || pattern.Contains(StandIn, StringComparison.OrdinalIgnoreCase))
            return false;
        var at = host.IndexOf(StandIn, StringComparison.Ordinal);
        parsed = new HostPattern(host[..at], host[(at + StandIn.Length)..], except);
        return true;
    }

    /// <summary>Whether it is the same pattern; then the exceptions of both hold.</summary>
    public bool TryMerge(HostPattern other, [NotNullWhen(true)] out HostPattern? merged)
    {
        merged = _before == other._before && _after == other._after
            ? new HostPattern(_before, _after, [.. _except.Union(other._except, StringComparer.OrdinalIgnoreCase)])
            : null;
        return merged is not null;
    }

    public string HostOf(Tenant tenant) => string.Concat(_before, tenant.Slug.Value, _after);

    /// <summary>
    /// Whether the host lies under the pattern. What then stands in the tenant's place names it, whatever it is, unless it
    /// is an exception.
    /// </summary>
    public bool TryMatch(ReadOnlyMemory<char> host, out TenantAnswer answer)
    {
        answer = default;
        var text = host.Span;
        if (text.Length < FixedLength || !text.StartsWith(_before, StringComparison.OrdinalIgnoreCase)
            || !text.EndsWith(_after, StringComparison.OrdinalIgnoreCase))
            return false;
        var label = host[_before.Length..^_after.Length];
        foreach (var exception in _except)
        {
            if (label.Span.Equals(exception, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        answer = TenantAnswer.Named(Lower(label));
        return true;
    }

    /// <summary>As DNS compares: A to Z only. Nearly all hosts are in lower case and stay as they are.</summary>
    static ReadOnlyMemory<char> Lower(ReadOnlyMemory<char> label)
    {
        var isLower = true;
        foreach (var c in label.Span)
            isLower &= !char.IsAsciiLetterUpper(c);
        if (isLower)
            return label;
        var lower = label.ToArray();
        foreach (ref var c in lower.AsSpan())
        {
            if (char.IsAsciiLetterUpper(c))
                c = char.ToLowerInvariant(c);
        }

        return lower;
    }
}
