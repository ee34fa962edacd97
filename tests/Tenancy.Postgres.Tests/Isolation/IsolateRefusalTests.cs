namespace Tenancy.Postgres.Tests;

public sealed class IsolateRefusalTests(IsolateFixture fixture) : IClassFixture<IsolateFixture>
{
    [Theory]
    [InlineData("create table x (id int); create view v as select * from x", "v", "not a table of its own", "security_invoker")]
    [InlineData("create materialized view v as select 1 as a", "v", "not a table of its own", "")]
    [InlineData("create table x (id int) partition by list (id); create table v partition of x for values in (1)", "v", "not a table of its own", "parent")]
    [InlineData("create table x (id int); create table v () inherits (x)", "v", "not a table of its own", "")]
    [InlineData("create table v (tenant_id text)", "v", "of type text", "uuid")]
    [InlineData("create table v (tenant_id int)", "v", "of type integer", "uuid")]
    [InlineData("create table v (span int4range, constraint no_overlap exclude using gist (span with &&))", "v", "exclusion constraint no_overlap", "tenant_id with =")]
    [InlineData("create table v (id int primary key); create table c (id int references v)", "v", "c refers to ", "tenancy.isolate(")]
    [InlineData("create table p (id int primary key); create table v (id int references p on update set null)", "p', 'v", "cannot be made composite", "ON UPDATE SET NULL")]
    [InlineData("create table p (a int, b int, primary key (a, b)); create table v (a int, b int, foreign key (a, b) references p match full)", "p', 'v", "cannot be made composite", "MATCH FULL")]
    public async Task What_cannot_be_isolated_is_refused_with_what_to_do(string made, string tables, string problem, string hint)
    {
        await using var bench = await fixture.WorkAsync();
        await bench.RunAsync(made);
        var refusal = await bench.RefusedAsync($"select tenancy.isolate('{tables}')");
        Assert.Contains(problem, refusal.MessageText, StringComparison.Ordinal);
        Assert.Contains(hint, refusal.Hint, StringComparison.Ordinal);
        Assert.Equal(["0"], await bench.ReadAsync($"select count(*) from pg_policy where polrelid in (select oid from pg_class where relnamespace = '{bench.Schema}'::regnamespace)"));
    }

    [Fact]
    public async Task A_table_with_rows_is_refused_and_the_ddl_it_prints_does_the_job()
    {
        await using var bench = await fixture.WorkAsync();
        await bench.RunAsync(
            """
            create table p (id int primary key, word text unique);
            create table c (id int primary key, p int references p on delete cascade);
            create index on c (p);
            insert into p values (1, 'a'); insert into c values (1, 1)
            """);
        var refusal = await bench.RefusedAsync("select tenancy.isolate('p', 'c')");
        Assert.Equal("55000", refusal.SqlState);
        Assert.Contains("has rows", refusal.MessageText, StringComparison.Ordinal);
        Assert.DoesNotContain("tenant_id", string.Concat(await bench.ConstraintsAsync("p")), StringComparison.Ordinal);
        // Run as printed, with a backfill between a column and its NOT NULL.
        foreach (var statement in refusal.Detail!.Split(";\n"))
        {
            if (statement.Contains("set not null", StringComparison.Ordinal))
                await bench.RunAsync($"update p set tenant_id = '{bench.Tenant.Id}'; update c set tenant_id = '{bench.Tenant.Id}'".Replace(
                    statement.Contains(".c ", StringComparison.Ordinal) || statement.Contains(" c ", StringComparison.Ordinal) ? "\0" : "; update c set tenant_id = '" + bench.Tenant.Id + "'", "", StringComparison.Ordinal));
            await bench.RunAsync(statement);
        }

        await bench.RunAsync("select tenancy.isolate('p', 'c')");
        Assert.Contains("c_p_fkey FOREIGN KEY (tenant_id, p) REFERENCES p(tenant_id, id) ON DELETE CASCADE", await bench.ConstraintsAsync("c"));
        await bench.AsAppAsync(bench.Tenant, "insert into p values (2, 'b')", "insert into c values (2, 2)");
    }

    [Fact]
    public async Task A_table_prepared_by_hand_is_isolated_with_its_rows()
    {
        await using var bench = await fixture.WorkAsync();
        await bench.RunAsync(
            $"""
            create table t (tenant_id uuid not null default tenancy.current_tenant(), id int, primary key (tenant_id, id));
            insert into t values ('{bench.Tenant.Id}', 1);
            select tenancy.isolate('t')
            """);
        Assert.Equal(["1"], await bench.ReadAsync("select count(*) from t"));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task A_shared_table_is_readable_by_all_and_writable_by_none(bool ownDatabase)
    {
        await using var bench = await fixture.WorkAsync(ownDatabase);
        await bench.RunAsync(
            $"create table countries (code text primary key); insert into countries values ('at'); grant all on countries to public, {bench.App}; select tenancy.shared('countries'); select tenancy.shared('countries')");
        await bench.AsAppAsync(bench.Tenant, "do $$ begin assert (select count(*) from countries) = 1; end $$");
        foreach (var write in new[] { "insert into countries values ('de')", "update countries set code = 'x'", "delete from countries", "truncate countries" })
            Assert.Equal("42501", (await Assert.ThrowsAsync<Npgsql.PostgresException>(() => bench.AsAppAsync(bench.Tenant, write))).SqlState);
    }

    [Fact]
    public async Task Erase_removes_one_tenants_rows_whatever_order_the_keys_ask_for()
    {
        await using var bench = await fixture.WorkAsync();
        var other = await fixture.Deployment.CreateAsync(TenantIsolation.Row);
        await bench.RunAsync(
            """
            create table a_parent (id int primary key);
            create table b_child (id int primary key, parent int references a_parent);
            create table c_grandchild (id int primary key, child int references b_child);
            select tenancy.isolate('a_parent', 'b_child', 'c_grandchild')
            """);
        foreach (var tenant in new[] { bench.Tenant, other })
            await bench.AsAppAsync(tenant, "insert into a_parent values (1)", "insert into b_child values (1, 1)", "insert into c_grandchild values (1, 1)");
        Assert.Equal(["3"], await bench.ReadAsync($"select tenancy.erase('{other.Id}', '{bench.Schema}')"));
        Assert.Equal(["0"], await bench.ReadAsync($"select tenancy.erase('{other.Id}', '{bench.Schema}')"));
        Assert.Equal(["3"], await bench.ReadAsync("select (select count(*) from a_parent) + (select count(*) from b_child) + (select count(*) from c_grandchild)"));
    }
}
