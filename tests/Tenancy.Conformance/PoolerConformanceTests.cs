namespace Tenancy.Conformance;

/// <summary>Every check through PgBouncer in transaction mode, with fewer sessions than connections.</summary>
public abstract class PoolerConformanceTests(TenantIsolation isolation) : IAsyncLifetime
{
    static readonly Lazy<Task<PgBouncer>> Pooler = new(() => PgBouncer.StartAsync(new Dictionary<string, string> { ["default_pool_size"] = "2" }));

    static readonly Dictionary<TenantIsolation, Lazy<Task<Subject>>> Subjects = Enum.GetValues<TenantIsolation>().ToDictionary(
        kind => kind,
        kind => new Lazy<Task<Subject>>(async () => await Subject.StartAsync(kind, new DeploymentOptions { Budget = 4, Pooler = await Pooler.Value })));

    Subject? _subject;

    public static TheoryData<string> Names => ConformanceTests.Names;

    /// <inheritdoc cref="ConformanceTests.Slice"/>
    public static TheoryData<string> Slice(int which) => ConformanceTests.Slice(which);

    protected Task RunAsync(string name) => Suite.Checks.Single(check => check.Name == name).RunAsync(_subject!);

    public async Task InitializeAsync() => _subject = await Subjects[isolation].Value;

    public Task DisposeAsync() => Task.CompletedTask;
}

public sealed class RowPoolerTests() : PoolerConformanceTests(TenantIsolation.Row)
{
    [Theory]
    [MemberData(nameof(Names))]
    public Task Holds(string name) => RunAsync(name);
}

public sealed class SchemaPoolerTests() : PoolerConformanceTests(TenantIsolation.Schema)
{
    [Theory]
    [MemberData(nameof(Slice), 2)]
    public Task Holds(string name) => RunAsync(name);
}

public sealed class DatabasePoolerTests() : PoolerConformanceTests(TenantIsolation.Database)
{
    [Theory]
    [MemberData(nameof(Slice), 3)]
    public Task Holds(string name) => RunAsync(name);
}
