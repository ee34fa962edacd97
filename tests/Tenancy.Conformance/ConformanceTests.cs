namespace Tenancy.Conformance;

/// <summary>Every check under one isolation, on one deployment.</summary>
public abstract class ConformanceTests(TenantIsolation isolation) : IAsyncLifetime
{
    static readonly Dictionary<TenantIsolation, Lazy<Task<Subject>>> Subjects = Enum.GetValues<TenantIsolation>()
        .ToDictionary(kind => kind, kind => new Lazy<Task<Subject>>(() => Subject.StartAsync(kind)));

    Subject? _subject;

    public static TheoryData<string> Names => [.. Suite.Checks.Select(check => check.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Holds(string name) => Suite.Checks.Single(check => check.Name == name).RunAsync(_subject!);

    public async Task InitializeAsync() => _subject = await Subjects[isolation].Value;

    public Task DisposeAsync() => Task.CompletedTask;
}

public sealed class RowConformanceTests() : ConformanceTests(TenantIsolation.Row);

public sealed class SchemaConformanceTests() : ConformanceTests(TenantIsolation.Schema);

public sealed class DatabaseConformanceTests() : ConformanceTests(TenantIsolation.Database);
