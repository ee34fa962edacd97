using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Tenancy;

/// <summary>Which names may be those of a source.</summary>
internal static class SourceRules
{
    /// <summary>Those that end at the next hop (RFC 9110, 7.6.1), and those whose meaning is settled.</summary>
    static readonly FrozenSet<string> TakenHeaders = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade", "Host", "Content-Length", "Content-Type", "Authorization", "Cookie", "Origin");

    static readonly FrozenSet<string> TakenParameters = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "action", "area", "controller", "handler", "page");

    public static bool IsTenantHeader([NotNullWhen(true)] string? name) =>
        !string.IsNullOrEmpty(name) && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && !TakenHeaders.Contains(name);

    public static bool IsRouteParameter([NotNullWhen(true)] string? name) =>
        !string.IsNullOrWhiteSpace(name) && name.IndexOfAny(['{', '}', '/', '?', '*', ':']) < 0 && !TakenParameters.Contains(name);
}
