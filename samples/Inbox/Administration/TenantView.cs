using Tenancy;

namespace Inbox.Administration;

/// <summary>A tenant as the administration shows it. Where its data lives is nobody's business over HTTP.</summary>
sealed record TenantView(
    Guid Id, string Slug, string Name, string Tier, string Isolation, string Status, int MigrationVersion,
    DateTimeOffset Created)
{
    public static TenantView Of(Tenant tenant) => new(
        tenant.Id.Value, tenant.Slug.Value, tenant.Name, tenant.Tier, Lower(tenant.Placement.Isolation),
        Lower(tenant.Status), tenant.MigrationVersion, tenant.Created);

    static string Lower<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}

/// <summary>A page of tenants, by slug, and the cursor of the next one where there is one.</summary>
sealed record TenantList(IReadOnlyList<TenantView> Tenants, string? Next);
