namespace Tenancy.Attacks;

/// <summary>Where the matrix runs: an isolation, a level, and what stands between. Another level or pooler is one more line.</summary>
/// <param name="Name">Names it in the tests.</param>
/// <param name="Isolation">How the two tenants are kept apart.</param>
/// <param name="Options">What the deployment is like.</param>
public sealed record Surroundings(string Name, TenantIsolation Isolation, Func<DeploymentOptions> Options)
{
    /// <summary>One connection, so that whatever an attack leaves behind meets the next tenant.</summary>
    const int OneConnection = 1;

    public static readonly IReadOnlyList<Surroundings> All =
    [
        .. Enum.GetValues<TenantIsolation>().Select(isolation => new Surroundings($"Latched {isolation}", isolation, Latched)),
    ];

    static DeploymentOptions Latched() => new()
    {
        Budget = OneConnection,
        Configure = services => services.AddTenantDbContext<MarkContext>(),
    };
}
