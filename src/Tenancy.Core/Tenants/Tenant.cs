namespace Tenancy;

/// <summary>An organisation that owns data, as the catalog had it when this snapshot was taken. Immutable.</summary>
public sealed record Tenant
{
    /// <summary>Makes a tenant.</summary>
    public Tenant()
    {
    }

    /// <summary>A copy, such as one with another name. What is counted stays where it is counted.</summary>
    Tenant(Tenant original)
    {
        (Id, Slug, Name, Tier, Status) = (original.Id, original.Slug, original.Name, original.Tier, original.Status);
        (Placement, Settings, MigrationVersion) = (original.Placement, original.Settings, original.MigrationVersion);
        (Created, Version, Usage) = (original.Created, original.Version, original.Usage);
    }

    /// <summary>Its identity, for good.</summary>
    public required TenantId Id { get; init; }

    /// <summary>Its public name, unique among the tenants there are.</summary>
    public required TenantSlug Slug { get; init; }

    /// <summary>Its name for people.</summary>
    public required string Name { get; init; }

    /// <summary>The name of its tier, a key of <see cref="TenantCatalogSnapshot.Tiers"/>.</summary>
    public required string Tier { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required TenantStatus Status { get; init; }

    /// <summary>Where its data lives.</summary>
    public required TenantPlacement Placement { get; init; }

    /// <summary>Its own settings. Default: <see cref="TenantSettings.Empty"/>.</summary>
    public TenantSettings Settings { get; init; } = TenantSettings.Empty;

    /// <summary>The number of the last migration applied to its tables; 0 where none was.</summary>
    public int MigrationVersion { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Counts the changes to its catalog row; an update must name the version it changes.</summary>
    public long Version { get; init; }

    /// <summary>What the limits of this tenant have counted, or where that is; not copied.</summary>
    internal LimitAttachment Limits;

    /// <summary>Where what this tenant uses is counted, likewise.</summary>
    internal UsageAttachment Usage;

    /// <summary>The slug: short, and safe to log.</summary>
    public override string ToString() => Slug.Value;
}
