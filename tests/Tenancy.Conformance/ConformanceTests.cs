namespace Tenancy.Conformance;

/// <summary>Every check under one isolation and level, on one deployment.</summary>
public abstract class ConformanceTests(TenantIsolation isolation, ProtectionLevel level) : IAsyncLifetime
{
    static readonly Dictionary<(TenantIsolation, ProtectionLevel), Lazy<Task<Subject>>> Subjects =
        (from kind in Enum.GetValues<TenantIsolation>()
         from strength in new[] { ProtectionLevel.Latched, ProtectionLevel.Signed }
         select (kind, strength)).ToDictionary(one => one, one => new Lazy<Task<Subject>>(() => Subject.StartAsync(one.kind, new DeploymentOptions
         {
             Budget = 4,
             Level = one.strength,
             // Signed is for servers where this cannot be revoked, and has to hold there.
             AfterInstall = one.strength == ProtectionLevel.Signed ? DeploymentOptions.GrantSetConfigAsync : null,
         })));

    Subject? _subject;

    public static TheoryData<string> Names => [.. Suite.Checks.Select(check => check.Name)];

    /// <summary>
    /// One check of four, and all at night: the four surroundings that run a slice have another each, so that together they
    /// have run every check.
    /// </summary>
    public static TheoryData<string> Slice(int which) => [.. Suite.Checks
        .Where((_, i) => i % 4 == which || Environment.GetEnvironmentVariable("TENANCY_NIGHTLY") == "1").Select(check => check.Name)];

    protected Task RunAsync(string name) => Suite.Checks.Single(check => check.Name == name).RunAsync(_subject!);

    public async Task InitializeAsync() => _subject = await Subjects[(isolation, level)].Value;

    public Task DisposeAsync() => Task.CompletedTask;
}

public sealed class RowConformanceTests() : ConformanceTests(TenantIsolation.Row, ProtectionLevel.Latched)
{
    [Theory]
    [MemberData(nameof(Names))]
    public Task Holds(string name) => RunAsync(name);
}

public sealed class SchemaConformanceTests() : ConformanceTests(TenantIsolation.Schema, ProtectionLevel.Latched)
{
    [Theory]
    [MemberData(nameof(Names))]
    public Task Holds(string name) => RunAsync(name);
}

public sealed class DatabaseConformanceTests() : ConformanceTests(TenantIsolation.Database, ProtectionLevel.Latched)
{
    [Theory]
    [MemberData(nameof(Names))]
    public Task Holds(string name) => RunAsync(name);
}

public sealed class SignedRowConformanceTests() : ConformanceTests(TenantIsolation.Row, ProtectionLevel.Signed)
{
    [Theory]
    [MemberData(nameof(Names))]
    public Task Holds(string name) => RunAsync(name);
}

public sealed class SignedSchemaConformanceTests() : ConformanceTests(TenantIsolation.Schema, ProtectionLevel.Signed)
{
    [Theory]
    [MemberData(nameof(Slice), 0)]
    public Task Holds(string name) => RunAsync(name);
}

public sealed class SignedDatabaseConformanceTests() : ConformanceTests(TenantIsolation.Database, ProtectionLevel.Signed)
{
    [Theory]
    [MemberData(nameof(Slice), 1)]
    public Task Holds(string name) => RunAsync(name);
}
