namespace Tenancy.Postgres.Tests;

public sealed class IsolateForeignKeysTests(IsolateFixture fixture) : IClassFixture<IsolateFixture>
{
    [Theory]
    [InlineData("", "")]
    [InlineData("on delete cascade", " ON DELETE CASCADE")]
    [InlineData("on delete restrict", " ON DELETE RESTRICT")]
    [InlineData("on delete set null", " ON DELETE SET NULL (p)")]
    [InlineData("on delete set default", " ON DELETE SET DEFAULT (p)")]
    [InlineData("on update cascade", " ON UPDATE CASCADE")]
    [InlineData("on update restrict on delete cascade", " ON UPDATE RESTRICT ON DELETE CASCADE")]
    [InlineData("deferrable", " DEFERRABLE")]
    [InlineData("deferrable initially deferred", " DEFERRABLE INITIALLY DEFERRED")]
    public async Task A_foreign_key_pairs_the_tenants_and_keeps_its_actions(string written, string kept)
    {
        foreach (var ownDatabase in new[] { false, true })
        {
            await using var bench = await fixture.WorkAsync(ownDatabase);
            await bench.RunAsync($"create table p (id int primary key); create table c (id int primary key, p int references p {written}); select tenancy.isolate('p', 'c')");
            Assert.Contains("c_p_fkey FOREIGN KEY (tenant_id, p) REFERENCES p(tenant_id, id)" + kept, await bench.ConstraintsAsync("c"));
            await bench.AsAppAsync(bench.Tenant, "insert into p values (1)", "insert into c values (1, 1)");
        }
    }

    [Fact]
    public async Task Set_null_clears_the_reference_and_leaves_the_tenant()
    {
        await using var bench = await fixture.WorkAsync();
        await bench.RunAsync("create table p (id int primary key); create table c (id int primary key, p int references p on delete set null); select tenancy.isolate('p', 'c')");
        await bench.AsAppAsync(bench.Tenant, "insert into p values (1)", "insert into c values (1, 1)", "delete from p");
        Assert.Equal([bench.Tenant.Id.ToString()], await bench.ReadAsync("select tenant_id from c where p is null"));
    }

    [Fact]
    public async Task A_row_cannot_refer_to_another_tenants()
    {
        await using var bench = await fixture.WorkAsync();
        var other = await fixture.Deployment.CreateAsync(TenantIsolation.Row);
        await bench.RunAsync("create table p (id int primary key); create table c (id int primary key, p int references p); select tenancy.isolate('p', 'c')");
        await bench.AsAppAsync(bench.Tenant, "insert into p values (7)");
        var error = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => bench.AsAppAsync(other, "insert into c values (1, 7)"));
        Assert.Equal("23503", error.SqlState);
    }

    [Fact]
    public async Task A_table_may_refer_to_itself_and_in_a_circle()
    {
        await using var bench = await fixture.WorkAsync();
        await bench.RunAsync(
            """
            create table a (id int primary key, parent int references a on delete cascade);
            create table b (id int primary key, a int references a);
            alter table a add column b int references b deferrable initially deferred;
            select tenancy.isolate('a', 'b')
            """);
        var constraints = await bench.ConstraintsAsync("a");
        Assert.Contains("a_parent_fkey FOREIGN KEY (tenant_id, parent) REFERENCES a(tenant_id, id) ON DELETE CASCADE", constraints);
        Assert.Contains("a_b_fkey FOREIGN KEY (tenant_id, b) REFERENCES b(tenant_id, id) DEFERRABLE INITIALLY DEFERRED", constraints);
        await bench.AsAppAsync(bench.Tenant, "insert into a values (1, null, 5), (2, 1, null)", "insert into b values (5, 2)");
    }

    [Fact]
    public async Task A_foreign_key_of_several_columns_to_a_unique_constraint_becomes_composite()
    {
        await using var bench = await fixture.WorkAsync();
        await bench.RunAsync(
            """
            create table p (id int primary key, x int, y int, unique (x, y));
            create table c (id int primary key, py int, px int, constraint both_ways foreign key (py, px) references p (y, x) on delete set null (px));
            select tenancy.isolate('p', 'c')
            """);
        Assert.StartsWith("both_ways FOREIGN KEY (tenant_id, py, px) REFERENCES p(tenant_id, y, x) ON DELETE SET NULL (px)",
            (await bench.ConstraintsAsync("c"))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_key_to_a_unique_index_becomes_composite()
    {
        await using var bench = await fixture.WorkAsync();
        await bench.RunAsync(
            """
            create table p (id int primary key, code text);
            create unique index p_code on p (code);
            create table c (id int primary key, code text references p (code));
            select tenancy.isolate('p', 'c')
            """);
        Assert.Contains("c_code_fkey FOREIGN KEY (tenant_id, code) REFERENCES p(tenant_id, code)", await bench.ConstraintsAsync("c"));
    }

    [Fact]
    public async Task A_foreign_key_of_a_partitioned_child_becomes_composite()
    {
        await using var bench = await fixture.WorkAsync();
        await bench.RunAsync(
            """
            create table p (id int primary key);
            create table c (id int, at date, p int references p, primary key (id, at)) partition by range (at);
            create table c_now partition of c for values from ('2025-01-01') to ('2030-01-01');
            select tenancy.isolate('p', 'c')
            """);
        Assert.Contains("c_p_fkey FOREIGN KEY (tenant_id, p) REFERENCES p(tenant_id, id)", await bench.ConstraintsAsync("c_now"));
        await bench.AsAppAsync(bench.Tenant, "insert into p values (1)", "insert into c values (1, '2026-01-01', 1)");
    }

    [Fact]
    public async Task A_child_that_comes_later_declares_or_gets_a_composite_key()
    {
        await using var bench = await fixture.WorkAsync();
        await bench.RunAsync("create table p (id int primary key); select tenancy.isolate('p')");
        await bench.AsAppAsync(bench.Tenant, "insert into p values (1)");
        await bench.RunAsync(
            """
            create table c (id int primary key, p int, tenant_id uuid not null default tenancy.current_tenant(),
                constraint to_p foreign key (tenant_id, p) references p (tenant_id, id) on delete cascade);
            select tenancy.isolate('c')
            """);
        Assert.Contains("to_p FOREIGN KEY (tenant_id, p) REFERENCES p(tenant_id, id) ON DELETE CASCADE", await bench.ConstraintsAsync("c"));
        Assert.Contains("c_pkey PRIMARY KEY (tenant_id, id)", await bench.ConstraintsAsync("c"));
        await bench.AsAppAsync(bench.Tenant, "insert into c values (1, 1)");
    }

    [Fact]
    public async Task A_reference_to_a_shared_table_stays_as_it_is()
    {
        await using var bench = await fixture.WorkAsync();
        await bench.RunAsync(
            """
            create table countries (code text primary key);
            select tenancy.shared('countries');
            insert into countries values ('at');
            create table c (id int primary key, country text references countries);
            select tenancy.isolate('c')
            """);
        Assert.Contains("c_country_fkey FOREIGN KEY (country) REFERENCES countries(code)", await bench.ConstraintsAsync("c"));
        await bench.AsAppAsync(bench.Tenant, "insert into c values (1, 'at')");
    }
}
