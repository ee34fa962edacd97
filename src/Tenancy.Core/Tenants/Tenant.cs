namespace Tenancy;

/// <summary>An organisation that owns data, as the catalog had it when this snapshot was taken. Immutable.</summary>
public sealed record Tenant
{
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

    /// <summary>Where the limits of this tenant are counted: found once, then without a look-up.</summary>
    internal LimitAttachment Limits;

    /// <summary>Where what this tenant uses is counted, likewise.</summary>
    internal UsageAttachment Usage;

    /// <summary>The slug: short, and safe to log.</summary>
    public override string ToString() => Slug.Value;
}
