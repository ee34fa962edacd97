namespace Tenancy.Core.Tests;

static class Sample
{
    public static Tenant Tenant(string slug, TenantId? id = null) => new()
    {
        Id = id ?? TenantId.Create(TimeProvider.System),
        Slug = TenantSlug.Parse(slug),
        Name = slug,
        Tier = "any",
        Status = TenantStatus.Active,
        Placement = new TenantPlacement(TenantIsolation.Row, "server", "database", "schema"),
    };
}
