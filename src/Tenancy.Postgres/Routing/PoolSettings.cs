namespace Tenancy;

/// <summary>How to make a pool.</summary>
/// <param name="Key">What it is known by.</param>
/// <param name="ConnectionString">With login and password; never logged.</param>
/// <param name="Identity">The one tenant its database belongs to; none where it is shared.</param>
internal sealed record PoolSettings(PoolKey Key, string ConnectionString, TenantId? Identity)
{
    /// <summary>How the host configures the driver's data source.</summary>
    public IReadOnlyList<DataSourceHook> Hooks { get; init; } = [];

    public override string ToString() => Key.ToString();
}
