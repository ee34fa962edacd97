namespace Tenancy.PoolSizing;

/// <summary>The tenants that a load is on.</summary>
internal enum FleetKind
{
    Row,
    Schema,
    Database,

    /// <summary>A third of each.</summary>
    Mixed,
}

internal static class FleetKinds
{
    /// <summary>Reads a name as it is written in options and files.</summary>
    public static FleetKind? Parse(string name)
    {
        foreach (var kind in Enum.GetValues<FleetKind>())
        {
            if (kind.Name() == name)
                return kind;
        }

        return null;
    }

    public static string Name(this FleetKind kind) => kind switch
    {
        FleetKind.Row => "row",
        FleetKind.Schema => "schema",
        FleetKind.Database => "database",
        _ => "mixed",
    };
}
