namespace Tenancy;

/// <summary>The time during which a tenant is ambient; made by <see cref="ITenantContext.Enter"/>, ended by disposing.</summary>
public sealed class TenantScope : IDisposable, IAsyncDisposable
{
    readonly TenantContext _context;
    readonly TenantScope? _outer;
    Tenant? _tenant;

    internal TenantScope(TenantContext context, Tenant tenant, TenantScope? outer)
    {
        _context = context;
        _tenant = tenant;
        _outer = outer;
    }

    /// <summary>The tenant of the scope; <see langword="null"/> once it is disposed, for whoever still holds it.</summary>
    public Tenant? Tenant => Volatile.Read(ref _tenant);

    /// <summary>Ends the scope. Harmless when called again.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _tenant, null) is not null)
            _context.Leave(this, _outer);
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }
}
