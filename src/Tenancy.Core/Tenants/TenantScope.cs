namespace Tenancy;

/// <summary>
/// The time during which a tenant is ambient, or none is; made by <see cref="ITenantContext.Enter"/> or
/// <see cref="ITenantContext.Detach"/>, ended by disposing.
/// </summary>
public sealed class TenantScope : IDisposable, IAsyncDisposable
{
    static readonly object Nobody = new();

    readonly TenantContext _context;
    readonly TenantScope? _outer;
    object? _held;

    internal TenantScope(TenantContext context, Tenant? tenant, TenantScope? outer)
    {
        _context = context;
        _held = (object?)tenant ?? Nobody;
        _outer = outer;
    }

    /// <summary>The tenant of the scope, if it has one; <see langword="null"/> once it is disposed, for whoever still holds it.</summary>
    public Tenant? Tenant => Volatile.Read(ref _held) as Tenant;

    /// <summary>Ends the scope. Harmless when called again.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _held, null) is not null)
            _context.Leave(this, _outer);
    }

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }
}
