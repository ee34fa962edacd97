using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Tenancy;

/// <summary>Maps <c>tenant_id</c> for models that want to see it. Isolation does not need it: the server adds the tenant by itself.</summary>
public static class TenantModelExtensions
{
    const string Default = "tenancy.current_tenant()";

    /// <summary>
    /// Maps <c>tenant_id</c> as a shadow property that the server fills in, and filters queries by the tenant in scope.
    /// </summary>
    /// <param name="entity">An entity with a table of its own that is isolated.</param>
    public static EntityTypeBuilder<TEntity> HasTenant<TEntity>(this EntityTypeBuilder<TEntity> entity) where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(entity);
        Map(entity.Property<Guid>(TenantFilter.Column));
        return entity;
    }

    /// <summary>The same with a property of the entity's own. It is read, and never written: the server fills it in.</summary>
    /// <param name="entity">An entity with a table of its own that is isolated.</param>
    /// <param name="property">Which property is the tenant's id.</param>
    public static EntityTypeBuilder<TEntity> HasTenant<TEntity>(
        this EntityTypeBuilder<TEntity> entity, Expression<Func<TEntity, Guid>> property) where TEntity : class
    {
        ArgumentNullException.ThrowIfNull(entity);
        Map(entity.Property(property));
        return entity;
    }

    /// <summary>
    /// Filters every entity that maps <c>tenant_id</c>, and was not given a filter by <c>HasTenant</c>. Call it last in
    /// <c>OnModelCreating</c>.
    /// </summary>
    /// <param name="model">The model.</param>
    public static ModelBuilder FilterByTenant(this ModelBuilder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        foreach (var entity in model.Model.GetEntityTypes())
        {
            if (entity.BaseType is null && !entity.IsOwned() && entity.FindDeclaredQueryFilter(TenantFilter.Name) is null
                && entity.GetDeclaredProperties().FirstOrDefault(IsTenant) is { } property)
                Filter(entity, property);
        }

        return model;
    }

    static bool IsTenant(IMutableProperty property) =>
        property.ClrType == typeof(Guid) && property.GetColumnName() == TenantFilter.Column;

    static void Map(PropertyBuilder<Guid> property)
    {
        property.HasColumnName(TenantFilter.Column).HasDefaultValueSql(Default).ValueGeneratedOnAdd();
        property.Metadata.SetBeforeSaveBehavior(PropertySaveBehavior.Ignore);
        property.Metadata.SetAfterSaveBehavior(PropertySaveBehavior.Throw);
        Filter((IMutableEntityType)property.Metadata.DeclaringType, property.Metadata);
    }

    static void Filter(IMutableEntityType entity, IMutableProperty property)
    {
        // EF Core puts the context of the query where an expression is of its type, and reads the value once for each query.
        var current = Expression.Call(typeof(TenantFilter), nameof(TenantFilter.Current), [], Expression.Constant(null, typeof(DbContext)));
        var row = Expression.Parameter(entity.ClrType, "row");
        var tenant = Expression.Call(
            typeof(EF), nameof(EF.Property), [typeof(Guid)], row, Expression.Constant(property.Name));
        entity.SetQueryFilter(TenantFilter.Name, Expression.Lambda(Expression.Equal(tenant, current), row));
    }
}
