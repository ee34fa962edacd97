using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>
/// Where requests name their tenant: configured by <c>ResolveTenantsFrom</c>. Default: nowhere, which stops the host.
/// </summary>
/// <remarks>
/// All sources that speak must name the same tenant; their order decides nothing. A source that is added twice counts
/// once. What is wrong with them stops the host at start, with every mistake listed.
/// </remarks>
public sealed class TenantSources
{
    readonly List<ITenantSource> _others = [];
    readonly List<HostPattern> _hosts = [];

    /// <summary>How many sources there are; host patterns and domains are one.</summary>
    public int Count => _others.Count + (ReadsHosts ? 1 : 0);

    internal IReadOnlyList<ITenantSource> Others => _others;

    internal IReadOnlyList<HostPattern> Hosts => _hosts;

    internal bool ReadsDomains { get; private set; }

    internal bool ReadsHosts => ReadsDomains || _hosts.Count > 0;

    internal List<string> Mistakes { get; } = [];

    /// <summary>
    /// Reads a claim of the authenticated caller: proof. Claims of identities that are not authenticated are ignored;
    /// a claim that stands twice, even with the same value, is refused.
    /// </summary>
    /// <param name="type">The claim's type, such as <c>org</c>; compared ordinally, as JWT names are.</param>
    public TenantSources Claim(string type) => string.IsNullOrWhiteSpace(type)
        ? Wrong(nameof(Claim), type, "Give a claim's type, such as org.")
        : Add(new ClaimTenantSource(type));

    /// <summary>
    /// Reads a claim that lists the caller's tenants: proof. One that lists one tenant names it. With several another
    /// source (route, host, header) chooses, and must choose one of them.
    /// </summary>
    /// <param name="type">
    /// The claim's type, such as <c>orgs</c>; it may stand several times, hold a JSON array of strings, or both. Order and
    /// repetition do not matter.
    /// </param>
    public TenantSources ClaimList(string type) => string.IsNullOrWhiteSpace(type)
        ? Wrong(nameof(ClaimList), type, "Give a claim's type, such as orgs.")
        : Add(new ClaimListTenantSource(type));

    /// <summary>Reads a route value: selection.</summary>
    /// <param name="parameter">The route parameter's name, such as <c>tenant</c>.</param>
    public TenantSources Route(string parameter) => SourceRules.IsRouteParameter(parameter)
        ? Add(new RouteTenantSource(parameter))
        : Wrong(nameof(Route), parameter, "Give the name of a route parameter, such as tenant; not one that routing uses itself.");

    /// <summary>Reads a header: selection. One that stands twice is refused; an empty one is an unknown tenant.</summary>
    /// <param name="name">The header's name, such as <c>X-Tenant</c>.</param>
    public TenantSources Header(string name) => SourceRules.IsTenantHeader(name)
        ? Add(new HeaderTenantSource(name))
        : Wrong(nameof(Header), name, "Give the name of an end-to-end header with no meaning of its own, such as X-Tenant.");

    /// <summary>
    /// Reads the host by a pattern: selection. What stands for <c>{tenant}</c> names the tenant, in either case, as DNS has
    /// it; ports are ignored. A host under no pattern says nothing. Where several patterns match, the longest does.
    /// </summary>
    /// <param name="pattern">Such as <c>{tenant}.example.com</c>: <c>{tenant}</c> is one whole label.</param>
    /// <param name="except">Labels under the pattern that are no tenant's, such as <c>www</c> and <c>api</c>: they say nothing.</param>
    public TenantSources Host(string pattern, params string[] except)
    {
        ArgumentNullException.ThrowIfNull(except);
        foreach (var label in except.Where(label => string.IsNullOrEmpty(label) || label.Contains('.', StringComparison.Ordinal)))
            Wrong(nameof(Host) + ":Except", label, "Give one label without dots, such as www.");
        if (!HostPattern.TryParse(pattern ?? "", except, out var parsed))
            return Wrong(nameof(Host), pattern, "Give a host name in which one whole label is {tenant}, such as {tenant}.example.com.");
        for (var i = 0; i < _hosts.Count; i++)
        {
            if (!_hosts[i].TryMerge(parsed, out var merged))
                continue;
            _hosts[i] = merged;
            return this;
        }

        _hosts.Add(parsed);
        return this;
    }

    /// <summary>
    /// Reads the host by <see cref="ITenantDomains"/>: selection. A host that a pattern matches is never looked for there.
    /// </summary>
    public TenantSources Domains()
    {
        ReadsDomains = true;
        return this;
    }

    /// <summary>Adds a source of your own.</summary>
    /// <param name="source">The source; one instance serves all requests at once.</param>
    public TenantSources Add(ITenantSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!_others.Contains(source))
            _others.Add(source);
        return this;
    }

    /// <summary>Adds a source that is one function.</summary>
    /// <param name="read">Reads what the request says; serves all requests at once.</param>
    /// <param name="isProof">See <see cref="ITenantSource.IsProof"/>. Default: no, it only selects.</param>
    public TenantSources Add(Func<HttpContext, TenantAnswer> read, bool isProof = false)
    {
        ArgumentNullException.ThrowIfNull(read);
        return Add(new DelegateTenantSource(read, isProof));
    }

    TenantSources Wrong(string key, string? value, string remedy)
    {
        Mistakes.Add(Mistake.At("ResolveTenantsFrom:" + key, value, remedy));
        return this;
    }
}
