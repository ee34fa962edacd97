namespace Tenancy;

/// <summary>What is asked for when a tenant is created.</summary>
/// <param name="Slug">Its public name; must be free.</param>
/// <param name="Name">Its name for people, 1 to 200 characters.</param>
/// <param name="Tier">The name of a tier in the catalog.</param>
public sealed record TenantSpecification(TenantSlug Slug, string Name, string Tier)
{
    /// <summary>How its data is kept apart. Default: what the tier says.</summary>
    public TenantIsolation? Isolation { get; init; }

    /// <summary>What guards its tables, where it gets a schema of its own. Default: what the server's configuration says.</summary>
    public SchemaGuard? Guard { get; init; }

    /// <summary>The configured name of the server that will hold it. Default: the first one configured.</summary>
    public string? Server { get; init; }

    /// <summary>Its own settings. Default: none.</summary>
    public TenantSettings Settings { get; init; } = TenantSettings.Empty;
}
