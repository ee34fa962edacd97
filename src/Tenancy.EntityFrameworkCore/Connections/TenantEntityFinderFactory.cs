using Microsoft.EntityFrameworkCore.ChangeTracking.Internal;
using Microsoft.EntityFrameworkCore.Internal;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Tenancy;

/// <summary>Refuses Find where another tenant is in scope: what is tracked would be found without asking the database.</summary>
internal sealed class TenantEntityFinderFactory(
    IEntityFinderSource source, IStateManager states, IDbSetSource sets, IDbSetCache cache, IRelationalConnection connection)
    : EntityFinderFactory(source, states, sets, cache)
{
    public override IEntityFinder Create(IEntityType type)
    {
        (connection as TenantRelationalConnection)?.Bind();
        return base.Create(type);
    }
}
