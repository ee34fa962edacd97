using System.Text.RegularExpressions;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>A database with a fault is refused, and the statement that the refusal names mends it.</summary>
public sealed partial class ProofTests(ProofFixture fixture) : IClassFixture<ProofFixture>
{
    /// <summary>What is planted, and the code of the finding. {app}, {database} and {schema} stand for names.</summary>
    public static TheoryData<string, string> Faults => new()
    {
        { "grant references (id) on app.notes to {app}", "table-privilege" },
        { "grant insert on tenancy.trusted_functions to {app}", "tenancy-privilege" },
        { "grant update (guard) on tenancy.schema_guards to {app}", "tenancy-privilege" },
        { "alter role {app} bypassrls", "role-attribute" },
        { "alter role {app} createdb", "role-attribute" },
        { "alter role {app} createrole", "role-attribute" },
        { "alter role {app} replication", "role-attribute" },
        { "alter role {app} superuser", "role-attribute" },
        { "grant pg_read_all_data to {app}", "role-member" },
        { "grant tenancy_owner to {app}", "role-member" },
        { "alter table app.notes owner to {app}", "role-owns" },
        { "create schema owned_by_app authorization {app}", "role-owns" },
        { "grant temporary on database {database} to public", "database-privilege" },
        { "grant temporary on database {database} to {app}", "database-privilege" },
        { "grant create on database {database} to {app}", "database-privilege" },
        { "grant create on schema public to public", "schema-create" },
        { "grant create on schema app to {app}", "schema-create" },
        { "grant create on schema extensions to {app}", "schema-create" },
        { "grant execute on function set_config(text, text, boolean) to public", "function-fatal" },
        { "grant execute on function set_config(text, text, boolean) to {app}", "function-fatal" },
        { "grant execute on function pg_terminate_backend(integer, bigint) to public", "function-fatal" },
        { "grant execute on function pg_cancel_backend(integer) to {app}", "function-fatal" },
        { "grant execute on function pg_stat_get_activity(integer) to public", "function-fatal" },
        { "grant execute on function lo_create(oid) to public", "function-fatal" },
        { "create or replace function app.run(text) returns void language plpgsql as 'begin execute $1; end'; alter function app.run owner to tenancy_owner; grant execute on function app.run(text) to public", "function-dynamic" },
        { "alter role {app} set tenancy.tenant = '00000000-0000-4000-8000-00000000000a'", "role-setting" },
        { "alter role {app} in database {database} set tenancy.tenant = '00000000-0000-4000-8000-00000000000a'", "role-setting" },
        { "alter database {database} set tenancy.tenant = '00000000-0000-4000-8000-00000000000a'", "role-setting" },
        { "alter role {app} set standard_conforming_strings = off", "role-setting" },
        { "alter role {app} set row_security = off", "role-setting" },
        { "alter policy tenancy_isolation on app.notes using (true)", "table-policy" },
        { "alter policy tenancy_isolation on app.notes to tenancy_owner", "table-policy" },
        { "drop policy tenancy_isolation on app.notes; create policy tenancy_isolation on app.notes using (tenant_id = (select tenancy.current_tenant()))", "table-policy" },
        { "alter table app.notes no force row level security", "table-unforced" },
        { "alter table app.notes disable row level security", "table-unsecured" },
        { "grant truncate on app.notes to {app}", "table-privilege" },
        { "grant references on app.documents to public", "table-privilege" },
        { "grant trigger on app.notes to {app}", "table-privilege" },
    };

    [Theory, MemberData(nameof(Faults))]
    public async Task A_fault_is_refused_and_its_remedy_mends_it(string fault, string code)
    {
        await fixture.PlantAsync(fault);
        var refusal = await fixture.RefusedAsync();
        Assert.Contains(refusal.Findings, finding => finding.Code == code && finding.IsFatal);
        // Each remedy as it stands in the message.
        var remedies = RemedyLine().Matches(refusal.Message).Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(refusal.Findings.Count, remedies.Count);
        foreach (var remedy in remedies.Where(remedy => remedy.EndsWith(';')))
            await fixture.PlantAsync(remedy);
        await fixture.StartsAsync();
    }

    [Theory]
    [InlineData("drop schema tenancy cascade", "tenancy-missing")]
    [InlineData("alter schema tenancy rename to elsewhere", "tenancy-missing")]
    [InlineData("revoke usage on schema tenancy from {app}", "tenancy-missing")]
    [InlineData("create or replace function tenancy.version() returns integer language sql immutable return 99", "tenancy-version")]
    [InlineData("create or replace function tenancy.identity() returns uuid language sql immutable return '00000000-0000-4000-8000-00000000000a'::uuid", "tenancy-identity")]
    [InlineData("create or replace function tenancy.enter(tenant uuid) returns void language sql as 'select null::void'", "latch")]
    public async Task A_tenancy_schema_that_is_not_ours_is_refused(string fault, string code)
    {
        await using var own = new ProofFixture();
        await own.InitializeAsync();
        try
        {
            await own.PlantAsync(fault);
            // The migrator, too, may find it missing before the pool does.
            var refusal = await Record.ExceptionAsync(own.ProveAsync);
            Assert.Contains(Assert.IsType<IsolationProofException>(refusal).Findings, finding => finding.Code == code && finding.IsFatal);
        }
        finally
        {
            await own.DisposeAsync();
        }
    }

    [Theory]
    [InlineData("grant execute on function pg_advisory_lock(bigint) to public", "pg_advisory_lock")]
    [InlineData("grant execute on function setseed(double precision) to {app}", "setseed")]
    public async Task A_login_that_could_leave_state_is_attested_in_each_lease(string grant, string name)
    {
        await using (var clean = await fixture.AgainAsync())
        {
            Assert.False(await ProofFixture.AttestsLeasesAsync(clean));
            Assert.DoesNotContain(clean.Options.Logs.Messages, message => message.Contains("attested at the beginning of each lease", StringComparison.Ordinal));
        }

        await fixture.PlantAsync(grant);
        await using (var kept = await fixture.AgainAsync())
        {
            Assert.True(await ProofFixture.AttestsLeasesAsync(kept));
            var warning = Assert.Single(kept.Options.Logs.Messages, message => message.Contains("attested at the beginning of each lease", StringComparison.Ordinal));
            Assert.Contains(name, warning, StringComparison.Ordinal);
            await fixture.PlantAsync(Statement().Match(warning).Value);
        }

        await using var mended = await fixture.AgainAsync();
        Assert.False(await ProofFixture.AttestsLeasesAsync(mended));
    }

    [Fact]
    public async Task A_database_of_ones_own_that_belongs_to_another_is_refused()
    {
        await using var deployment = await Deployment.StartAsync();
        var tenant = await deployment.CreateAsync(TenantIsolation.Database);
        await PrivateCluster.ExecuteAsync(tenant.Placement.Database,
            "create or replace function tenancy.identity() returns uuid language sql immutable return '00000000-0000-4000-8000-00000000000a'::uuid");
        await using var again = await Deployment.StartAsync(deployment.Options.Again());
        using var scope = again.Tenants.Enter(tenant);
        var refusal = await Assert.ThrowsAsync<IsolationProofException>(async () => await again.Data.OpenConnectionAsync());
        Assert.Contains(refusal.Findings, finding => finding.Code == "tenancy-identity");
    }

    [GeneratedRegex(@" Run: (.*)$", RegexOptions.Multiline)]
    private static partial Regex RemedyLine();

    [GeneratedRegex(@"(?<=Run: ).*;")]
    private static partial Regex Statement();
}
