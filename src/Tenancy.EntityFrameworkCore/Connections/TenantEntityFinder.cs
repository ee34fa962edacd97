using Microsoft.EntityFrameworkCore.ChangeTracking.Internal;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Internal;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Tenancy;

/// <summary>Refuses Find where another tenant is in scope: what is tracked would be found without asking the database.</summary>
internal sealed class TenantEntityFinder<TEntity>(IStateManager states, IDbSetSource sets, IDbSetCache cache, IEntityType type)
    : EntityFinder<TEntity>(states, sets, cache, type) where TEntity : class
{
    readonly TenantRelationalConnection? _connection = states.Context.GetService<IRelationalConnection>() as TenantRelationalConnection;

    public override TEntity? Find(object?[]? keyValues)
    {
        _connection?.Bind();
        return base.Find(keyValues);
    }

    public override ValueTask<TEntity?> FindAsync(object?[]? keyValues, CancellationToken cancellationToken = default)
    {
        _connection?.Bind();
        return base.FindAsync(keyValues, cancellationToken);
    }
}
