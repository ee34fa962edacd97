namespace Tenancy;

internal sealed class TenantContext : ITenantContext
{
    readonly AsyncLocal<TenantScope?> _current = new();

    public Tenant? Current => _current.Value?.Tenant;

    public TenantScope Enter(Tenant tenant)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        var scope = new TenantScope(this, tenant, _current.Value);
        _current.Value = scope;
        return scope;
    }

    internal void Leave(TenantScope scope, TenantScope? outer)
    {
        // Disposed from another flow, the scope is only emptied: that flow's own tenant is not ours to change.
        if (ReferenceEquals(_current.Value, scope))
            _current.Value = outer;
    }
}
