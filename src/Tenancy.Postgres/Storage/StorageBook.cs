using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Tenancy;

/// <summary>What this process knows of the storage of tenants that it serves, or that were measured.</summary>
internal sealed class StorageBook(TimeProvider time, ILogger<StorageBook> logger)
{
    readonly ConcurrentDictionary<TenantId, StorageState> _states = new();

    public StorageState Of(TenantId tenant) => _states.GetOrAdd(tenant, static _ => new StorageState());

    public StorageState? Find(TenantId tenant) => _states.GetValueOrDefault(tenant);

    /// <summary>Has a tenant's state say what a snapshot allows.</summary>
    public void Follow(StorageState state, Tenant tenant, TenantCatalogSnapshot snapshot) => state.Follow(tenant, snapshot, logger, time.GetUtcNow());

    /// <summary>Judges all anew by what the catalog says now, and forgets tenants that are gone.</summary>
    public void Follow(TenantCatalogSnapshot snapshot)
    {
        foreach (var (id, state) in _states)
        {
            if (snapshot.TryFind(id, out var tenant))
                Follow(state, tenant, snapshot);
            else
                _states.TryRemove(id, out _);
        }
    }
}
