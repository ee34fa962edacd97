namespace Tenancy;

/// <summary>What <c>AddTenancy</c> configures. Read at start; a mistake stops the host with all mistakes listed.</summary>
public sealed class TenancyOptions
{
    /// <summary>The section that <c>AddTenancy</c> names in errors where it was given none.</summary>
    public const string DefaultSection = "Tenancy";

    /// <summary>Tiers by name. Default: none. Each seeds the catalog where it lacks the tier.</summary>
    public IDictionary<string, Tier> Tiers { get; } = new Dictionary<string, Tier>(StringComparer.Ordinal);

    /// <summary>Where in configuration these options stand, for messages.</summary>
    internal string Path { get; set; } = DefaultSection;

    /// <summary>What was wrong while configuration was read.</summary>
    internal List<string> Mistakes { get; } = [];
}
