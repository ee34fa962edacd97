using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>
/// Reads the host: patterns first, the most specific one before others, then tenants' own domains, so that no tenant's
/// domain can take a host that a pattern gives to another. Anyone can write a host, so it only selects.
/// </summary>
internal sealed class HostTenantSource(IEnumerable<HostPattern> patterns, ITenantDomains? domains) : ITenantSource
{
    readonly HostPattern[] _patterns = [.. patterns.OrderByDescending(pattern => pattern.FixedLength)];
    readonly HostPattern? _first = patterns.FirstOrDefault();

    public bool IsProof => false;

    public TenantAnswer Read(HttpContext context)
    {
        // Not Request.Host: that turns punycode into other scripts, and what is compared here is what DNS has.
        var hosts = context.Request.Headers.Host;
        if (hosts.Count > 1)
            return TenantAnswer.Contradictory;
        return hosts.Count == 1 && hosts[0] is { Length: > 0 } text ? Read(text) : TenantAnswer.Silent;
    }

    /// <summary>The tenant's host by the pattern that was named first, if there is one.</summary>
    public string? HostOf(Tenant tenant) => _first?.HostOf(tenant);

    TenantAnswer Read(string text)
    {
        if (text[0] == '[')
            return TenantAnswer.Silent;
        var host = text.AsMemory();
        var port = text.IndexOf(':', StringComparison.Ordinal);
        if (port >= 0)
            host = host[..port];
        if (host.Length > 0 && host.Span[^1] == '.')
            host = host[..^1];
        foreach (var pattern in _patterns)
        {
            if (pattern.TryMatch(host, out var answer))
                return answer;
        }

        return domains?.TryFind(host.Span, out var slug) == true ? TenantAnswer.Named(slug.AsMemory()) : TenantAnswer.Silent;
    }
}
