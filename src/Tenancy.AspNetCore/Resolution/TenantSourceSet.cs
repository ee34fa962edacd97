using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>The configured sources as requests use them; fixed from the start on.</summary>
internal sealed class TenantSourceSet
{
    public TenantSourceSet(IOptions<TenantSources> options, ITenantDomains? domains = null)
    {
        var sources = options.Value;
        Host = sources.ReadsHosts ? new HostTenantSource(sources.Hosts, sources.ReadsDomains ? domains : null) : null;
        All = Host is null ? [.. sources.Others] : [.. sources.Others, Host];
        Unproven = Array.FindAll(All, static source => source is HostTenantSource or HeaderTenantSource or RouteTenantSource);
        NeedsProof = Array.Exists(All, static source => source.IsProof);
        RouteParameters = [.. All.OfType<RouteTenantSource>().Select(source => source.Parameter)];
    }

    public ITenantSource[] All { get; }

    /// <summary>Those that can be read before anything is known of the caller.</summary>
    public ITenantSource[] Unproven { get; }

    /// <summary>Whether any of them is proof, so that a selection alone is refused.</summary>
    public bool NeedsProof { get; }

    public string[] RouteParameters { get; }

    public HostTenantSource? Host { get; }
}
