namespace Tenancy;

/// <param name="services">Where work outside requests finds the catalog; without, only scopes can be had.</param>
internal sealed class TenantContext(IServiceProvider? services = null) : ITenantContext
{
    readonly AsyncLocal<TenantScope?> _current = new();

    public Tenant? Current => _current.Value?.Tenant;

    public IServiceProvider? Services => services;

    public TenantScope Enter(Tenant tenant)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        return Begin(tenant);
    }

    public TenantScope Detach() => Begin(null);

    internal void Leave(TenantScope scope, TenantScope? outer)
    {
        // Disposed from another flow, the scope is only emptied: that flow's own tenant is not ours to change.
        if (ReferenceEquals(_current.Value, scope))
            _current.Value = outer;
    }

    TenantScope Begin(Tenant? tenant)
    {
        var scope = new TenantScope(this, tenant, _current.Value);
        _current.Value = scope;
        return scope;
    }
}
