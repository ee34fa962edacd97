namespace Tenancy.Attacks;

/// <summary>Where the matrix runs: an isolation, a level, and what stands between. Another level or pooler is one more line.</summary>
/// <param name="Name">Names it in the tests.</param>
/// <param name="Isolation">How the two tenants are kept apart.</param>
/// <param name="OptionsAsync">What the deployment is like.</param>
public sealed record Surroundings(string Name, TenantIsolation Isolation, Func<Task<DeploymentOptions>> OptionsAsync)
{
    /// <summary>Whether the login may call set_config, as on a managed server.</summary>
    public bool GrantsSetConfig { get; init; }

    /// <summary>One connection, so that whatever an attack leaves behind meets the next tenant.</summary>
    const int OneConnection = 1;

    static readonly Lazy<Task<PgBouncer>> Pooler = new(() => PgBouncer.StartAsync(new Dictionary<string, string> { ["default_pool_size"] = "1" }));

    public static readonly IReadOnlyList<Surroundings> All =
    [
        .. Enum.GetValues<TenantIsolation>().Select(isolation => new Surroundings($"Latched {isolation}", isolation, () => Task.FromResult(Options()))),
        .. Enum.GetValues<TenantIsolation>().Select(isolation => new Surroundings($"Signed {isolation}", isolation, () => Task.FromResult(Options(ProtectionLevel.Signed))) { GrantsSetConfig = true }),
        .. Enum.GetValues<TenantIsolation>().Select(isolation => new Surroundings($"PgBouncer {isolation}", isolation, async () => Options(pooler: await Pooler.Value))),
        new("Latched Schema by role", TenantIsolation.Schema, () => Task.FromResult(Options(guard: SchemaGuard.Role))),
    ];

    static DeploymentOptions Options(
        ProtectionLevel level = ProtectionLevel.Latched, SchemaGuard guard = SchemaGuard.RowSecurity, PgBouncer? pooler = null) => new()
    {
        Budget = OneConnection,
        Level = level,
        Pooler = pooler,
        // Signed is for servers where this cannot be revoked, and has to hold there.
        AfterInstall = level == ProtectionLevel.Signed ? DeploymentOptions.GrantSetConfigAsync : null,
        Settings = { [$"Tenancy:Postgres:Servers:{Deployment.Server}:SchemaGuard"] = guard.ToString() },
        Configure = services => services.AddTenantDbContext<MarkContext>(),
    };
}
