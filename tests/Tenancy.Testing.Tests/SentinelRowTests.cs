namespace Tenancy.Testing.Tests;

/// <summary>Tables of every shape are filled by the types of their columns, or the message says what to give.</summary>
public sealed class SentinelRowTests
{
    const string Shapes =
        """
        create type mood as enum ('sad', 'happy');
        create domain mail as text check (value <> '');
        create table countries (code text primary key);
        insert into countries values ('FR'), ('SE');
        select tenancy.shared('countries');
        create table people (
            id bigint generated always as identity primary key, name varchar(12) not null, email mail not null unique, born date not null, active boolean not null,
            mood mood not null, tags text[] not null, doc jsonb not null, raw bytea not null, amount numeric(10, 2) not null, seen timestamptz not null default now(),
            rate real not null, took interval not null, address inet not null, during int4range not null, status text not null default 'new' check (status in ('new', 'old')),
            country text not null references countries, whole text generated always as (name || status) stored, note text, "Odd Name" text not null
        );
        create table teams (id uuid primary key default gen_random_uuid(), name text not null, lead bigint not null);
        create table members (team uuid not null, person bigint not null, since smallint not null, primary key (team, person));
        create table nodes (id text primary key, parent text, title text not null);
        select tenancy.isolate('people', 'teams', 'members', 'nodes');
        alter table teams add foreign key (tenant_id, lead) references people (tenant_id, id);
        alter table members add foreign key (tenant_id, team) references teams (tenant_id, id), add foreign key (tenant_id, person) references people (tenant_id, id);
        alter table nodes add foreign key (tenant_id, parent) references nodes (tenant_id, id);
        """;

    static DeploymentOptions With(string migration) => new() { Migrations = new() { ["0001_shapes.sql"] = migration } };

    [Fact]
    public async Task Every_table_is_filled_and_checked_under_each_isolation()
    {
        await using var deployment = await Deployment.StartAsync(With(Shapes));
        await using var suite = await IsolationSuite.StartAsync(deployment.Services);
        Assert.Equal(6, suite.Tenants.Count);
        foreach (var tenant in suite.Tenants)
        {
            Assert.Equal(["members", "nodes", "people", "teams"], tenant.Tables.Select(table => table.Name).Order());
            using var scope = deployment.Tenants.Enter(tenant.Tenant);
            foreach (var (sql, expected) in new (string, object)[]
                     {
                         ("select count(*) from members m join teams t on t.id = m.team join people p on p.id = m.person", 3L),
                         ("select string_agg(id::text, ',' order by id) from teams", string.Join(',', Enumerable.Range(1, 3).Select(IsolationSuite.RowId))),
                         ($"select count(*) from people where email like '{tenant.Sentinel}%' and doc::text like '%{tenant.Sentinel}%' and \"Odd Name\" like '{tenant.Sentinel}%'", 3L),
                         ("select count(distinct country) from people", 2L),
                     })
            {
                await using var command = deployment.Data.CreateCommand(sql);
                Assert.Equal(expected, await command.ExecuteScalarAsync());
            }
        }

        await suite.CheckTablesAsync();
    }

    [Fact]
    public async Task What_cannot_be_made_up_is_asked_for_and_taken()
    {
        const string Migration = "create table codes (id bigint primary key, code text not null check (code ~ '^[A-Z]{3}$')); select tenancy.isolate('codes');";
        await using var deployment = await Deployment.StartAsync(With(Migration));
        var asked = await Assert.ThrowsAsync<SentinelException>(() => IsolationSuite.StartAsync(deployment.Services));
        Assert.Contains("Row 1 of codes", asked.Message, StringComparison.Ordinal);
        Assert.Contains("IsolationSuiteOptions.Value", asked.Message, StringComparison.Ordinal);
        // The tenants of the attempt are gone.
        Assert.DoesNotContain(deployment.Catalog.Current.Tenants, tenant => tenant.Status == TenantStatus.Active);

        await using var suite = await IsolationSuite.StartAsync(deployment.Services, new() { Value = column => column.Column == "code" ? "ABC" : null });
        await suite.CheckTablesAsync();
    }

    [Fact]
    public async Task Without_an_isolated_table_nothing_is_proven()
    {
        await using var deployment = await Deployment.StartAsync(With("create table countries (code text primary key); select tenancy.shared('countries');"));
        await using var suite = await IsolationSuite.StartAsync(deployment.Services, new() { Isolations = [TenantIsolation.Row] });
        await Assert.ThrowsAsync<InvalidOperationException>(() => suite.CheckTablesAsync());
    }

    [Fact]
    public async Task A_fault_in_a_migration_fails_the_one_call_that_lints()
    {
        await using var deployment = await Deployment.StartAsync(With(DeploymentOptions.Tables));
        // A warning may be the machine's, such as a server behind its newest minor release.
        await TenantIsolation.AssertLintCleanAsync(deployment.Services, LintSeverity.Error);
        await TenantIsolation.AssertLintCleanAsync(Deployment.ConnectionString(deployment.SharedDatabase, "tenancy_migrator"), severity: LintSeverity.Error);
        await PrivateCluster.ExecuteAsync(deployment.SharedDatabase, "create unique index everybodys on app.notes (mark)");
        var found = await Assert.ThrowsAsync<LintException>(() => TenantIsolation.AssertLintCleanAsync(deployment.Services));
        Assert.Contains("everybodys", found.Message, StringComparison.Ordinal);
    }
}
