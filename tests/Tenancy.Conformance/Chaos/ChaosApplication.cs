using System.Collections.Concurrent;

namespace Tenancy.Conformance;

/// <summary>What an application does around the library, rightly or with a bug of its own.</summary>
public class ChaosApplication
{
    /// <summary>The tenant whose work an operation does.</summary>
    public virtual Tenant TenantOf(Tenant caller) => caller;

    /// <summary>What a reading answers: read anew.</summary>
    public virtual Task<List<string>> ReadAsync(Tenant tenant, Func<Task<List<string>>> read) => read();
}

/// <summary>A cache whose key does not name the tenant.</summary>
public sealed class CachingWithoutTenant : ChaosApplication
{
    readonly ConcurrentDictionary<string, List<string>> _cache = new();

    public override async Task<List<string>> ReadAsync(Tenant tenant, Func<Task<List<string>>> read) =>
        _cache.TryGetValue("notes", out var known) ? known : _cache["notes"] = await read();
}

/// <summary>The current tenant in a field that all requests share.</summary>
public sealed class TenantInAStaticField : ChaosApplication
{
    volatile Tenant? _current;

    public override Tenant TenantOf(Tenant caller)
    {
        _current = caller;
        Thread.Yield();
        return _current;
    }
}
