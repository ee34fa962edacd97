namespace Tenancy;

/// <summary>
/// Where requests name their tenant: configured by <c>ResolveTenantsFrom</c>. Default: nowhere, which stops the host.
/// </summary>
/// <remarks>
/// All sources that speak must name the same tenant; their order decides nothing but which is read first. A source that
/// is added twice counts once.
/// </remarks>
public sealed class TenantSources
{
    readonly List<ITenantSource> _sources = [];

    /// <summary>How many sources there are.</summary>
    public int Count => _sources.Count;

    /// <summary>
    /// Reads a claim of the authenticated caller: proof. Claims of identities that are not authenticated are ignored;
    /// a claim that stands twice, even with the same value, is refused.
    /// </summary>
    /// <param name="type">The claim's type, such as <c>org</c>; compared ordinally, as JWT names are.</param>
    /// <exception cref="ArgumentException"><paramref name="type"/> is empty.</exception>
    public TenantSources Claim(string type)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(type);
        return Add(new ClaimTenantSource(type));
    }

    /// <summary>Reads a route value: selection.</summary>
    /// <param name="parameter">The route parameter's name, such as <c>tenant</c>.</param>
    /// <exception cref="ArgumentException"><paramref name="parameter"/> is empty.</exception>
    public TenantSources Route(string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(parameter);
        return Add(new RouteTenantSource(parameter));
    }

    /// <summary>Adds a source of your own.</summary>
    /// <param name="source">The source; one instance serves all requests at once.</param>
    public TenantSources Add(ITenantSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!_sources.Contains(source))
            _sources.Add(source);
        return this;
    }

    internal ITenantSource[] ToArray() => [.. _sources];
}
