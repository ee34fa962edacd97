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

    [Theory]
    [MemberData(nameof(Names))]
    public Task Holds(string name) => Suite.Checks.Single(check => check.Name == name).RunAsync(_subject!);

    public async Task InitializeAsync() => _subject = await Subjects[(isolation, level)].Value;

    public Task DisposeAsync() => Task.CompletedTask;
}

public sealed class RowConformanceTests() : ConformanceTests(TenantIsolation.Row, ProtectionLevel.Latched);

public sealed class SchemaConformanceTests() : ConformanceTests(TenantIsolation.Schema, ProtectionLevel.Latched);

public sealed class DatabaseConformanceTests() : ConformanceTests(TenantIsolation.Database, ProtectionLevel.Latched);

public sealed class SignedRowConformanceTests() : ConformanceTests(TenantIsolation.Row, ProtectionLevel.Signed);

public sealed class SignedSchemaConformanceTests() : ConformanceTests(TenantIsolation.Schema, ProtectionLevel.Signed);

public sealed class SignedDatabaseConformanceTests() : ConformanceTests(TenantIsolation.Database, ProtectionLevel.Signed);
