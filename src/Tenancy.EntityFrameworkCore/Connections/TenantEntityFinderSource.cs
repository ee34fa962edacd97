using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.EntityFrameworkCore.ChangeTracking.Internal;
using Microsoft.EntityFrameworkCore.Internal;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Tenancy;

/// <summary>Makes what answers Find.</summary>
internal sealed class TenantEntityFinderSource : IEntityFinderSource
{
    readonly ConcurrentDictionary<Type, Func<IStateManager, IDbSetSource, IDbSetCache, IEntityType, IEntityFinder>> _constructors = new();

    public IEntityFinder Create(IStateManager stateManager, IDbSetSource setSource, IDbSetCache setCache, IEntityType type) =>
        _constructors.GetOrAdd(type.ClrType, Constructor)(stateManager, setSource, setCache, type);

    static Func<IStateManager, IDbSetSource, IDbSetCache, IEntityType, IEntityFinder> Constructor(Type entity) =>
        typeof(TenantEntityFinderSource).GetMethod(nameof(Make), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(entity)
            .CreateDelegate<Func<IStateManager, IDbSetSource, IDbSetCache, IEntityType, IEntityFinder>>();

    static TenantEntityFinder<TEntity> Make<TEntity>(
        IStateManager states, IDbSetSource sets, IDbSetCache cache, IEntityType type) where TEntity : class =>
        new TenantEntityFinder<TEntity>(states, sets, cache, type);
}
