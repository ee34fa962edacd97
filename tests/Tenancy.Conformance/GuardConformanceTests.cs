using Npgsql;

namespace Tenancy.Conformance;

/// <summary>Every check on tenants whose schemas are guarded by other means than row security.</summary>
public abstract class GuardConformanceTests(SchemaGuard guard) : IAsyncLifetime
{
    static readonly Dictionary<SchemaGuard, Lazy<Task<Subject>>> Subjects = Enum.GetValues<SchemaGuard>().ToDictionary(
        one => one, one => new Lazy<Task<Subject>>(() => Subject.StartAsync(TenantIsolation.Schema, new DeploymentOptions
        {
            Budget = 4,
            Settings = { [Setting] = one.ToString() },
        })));

    protected const string Setting = $"Tenancy:Postgres:Servers:{Deployment.Server}:SchemaGuard";

    Subject? _subject;

    /// <summary>Some checks by name, and a slice of the others.</summary>
    protected static IEnumerable<string> By(IEnumerable<string> always, TheoryData<string> slice) =>
        ((IEnumerable<object[]>)slice).Select(row => (string)row[0]).Concat(always).Distinct();

    protected Subject Subject => _subject!;

    protected Task RunAsync(string name) => Suite.Checks.Single(check => check.Name == name).RunAsync(_subject!);

    public async Task InitializeAsync() => _subject = await Subjects[guard].Value;

    public Task DisposeAsync() => Task.CompletedTask;
}

/// <summary>A role of each tenant's own withstands all that row security does.</summary>
public sealed class RoleGuardTests() : GuardConformanceTests(SchemaGuard.Role)
{
    public static TheoryData<string> Names => [.. By(SearchPathGuardTests.DoesNotHold, ConformanceTests.Slice(2))];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Holds(string name) => RunAsync(name);

    [Fact]
    public async Task The_proof_refuses_a_login_that_reaches_beyond_its_schema()
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions { Settings = { [Setting] = "Role" } });
        var (a, b) = (await deployment.CreateAsync(TenantIsolation.Schema), await deployment.CreateAsync(TenantIsolation.Schema));
        await PrivateCluster.ExecuteAsync(deployment.SharedDatabase,
            $"grant usage on schema {b.Placement.Schema} to {a.Placement.Schema}; grant select on {b.Placement.Schema}.notes to {a.Placement.Schema}");
        await using var again = await Deployment.StartAsync(deployment.Options.Again());
        using var scope = again.Tenants.Enter(a);
        var refused = await Assert.ThrowsAsync<IsolationProofException>(async () => await again.Data.OpenConnectionAsync());
        Assert.Contains(refused.Findings, finding => finding.Code == "table-foreign");
    }

    [Fact]
    public async Task Nothing_is_left_of_a_deleted_tenant_and_its_sessions_end()
    {
        var doomed = await Subject.Deployment.CreateAsync(TenantIsolation.Schema);
        await Subject.ReadAsync(doomed, "select mark from notes");
        await Subject.Deployment.Lifecycle.DeleteAsync(doomed.Id);
        await using var administrator = await PrivateCluster.OpenAsync(doomed.Placement.Database);
        await using var left = new NpgsqlCommand(
            $"""
            select (select count(*) from pg_roles where rolname = '{doomed.Placement.Schema}')
                 + (select count(*) from pg_namespace where nspname = '{doomed.Placement.Schema}')
                 + (select count(*) from tenancy.schema_guards where schema_name = '{doomed.Placement.Schema}')
                 + (select count(*) from pg_stat_activity where usename = '{doomed.Placement.Schema}')
            """, administrator);
        Assert.Equal(0L, await left.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Its_tables_have_no_row_security_to_cost_an_index()
    {
        await using var administrator = await PrivateCluster.OpenAsync(Subject.A.Placement.Database);
        await using var secured = new NpgsqlCommand($"select relrowsecurity from pg_class where oid = '{Subject.Table(Subject.A)}'::regclass", administrator);
        Assert.Equal(false, await secured.ExecuteScalarAsync());
    }
}

/// <summary>The search_path keeps out mistakes, and no attack that names a schema.</summary>
public sealed class SearchPathGuardTests() : GuardConformanceTests(SchemaGuard.SearchPath)
{
    /// <summary>What does not hold by it, as docs/isolation.md says.</summary>
    public static readonly string[] DoesNotHold = ["attacks-inside-a-statement", "no-row-for-another-tenant", "unentered-connection-reads-nothing"];

    public static TheoryData<string> Names => [.. By([], ConformanceTests.Slice(3)).Except(DoesNotHold)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Holds(string name) => RunAsync(name);

    [Fact]
    public async Task A_statement_that_names_another_tenants_schema_reads_it() =>
        Assert.Contains(Subject.MarkOf(Subject.B), await Subject.ReadAsync(Subject.A, $"select mark from {Subject.Table(Subject.B)}"));
}
