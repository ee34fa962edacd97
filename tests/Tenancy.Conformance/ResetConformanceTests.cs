namespace Tenancy.Conformance;

/// <summary>The checks where sessions are attested in each lease, and where they are reset after it. What it is otherwise, all else runs with.</summary>
public abstract class ResetConformanceTests(SessionReset reset) : IAsyncLifetime
{
    static readonly Dictionary<SessionReset, Lazy<Task<Subject>>> Subjects = Enum.GetValues<SessionReset>().ToDictionary(
        one => one, one => new Lazy<Task<Subject>>(() => Subject.StartAsync(TenantIsolation.Row, new DeploymentOptions
        {
            Budget = 4,
            Settings = { [$"Tenancy:Postgres:Servers:{Deployment.Server}:SessionReset"] = one.ToString() },
        })));

    Subject? _subject;

    protected Task RunAsync(string name) => Suite.Checks.Single(check => check.Name == name).RunAsync(_subject!);

    public async Task InitializeAsync() => _subject = await Subjects[reset].Value;

    public Task DisposeAsync() => Task.CompletedTask;
}

public sealed class AttestedConformanceTests() : ResetConformanceTests(SessionReset.Attest)
{
    public static TheoryData<string> Names => ConformanceTests.Slice(0);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Holds(string name) => RunAsync(name);
}

public sealed class DiscardedConformanceTests() : ResetConformanceTests(SessionReset.Discard)
{
    public static TheoryData<string> Names => ConformanceTests.Slice(1);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Holds(string name) => RunAsync(name);
}
