using System.Globalization;

namespace Tenancy.Attacks;

/// <summary>What an error says does not depend on what another tenant has, and shows nothing of it.</summary>
public sealed class ErrorTests
{
    const string Constraints =
        """
        create table accounts (id bigint primary key, mail text not null unique, size integer not null check (size > 0));
        create table orders (id bigint primary key, account_id bigint not null);
        select tenancy.isolate('accounts', 'orders');
        alter table orders add constraint orders_account foreign key (tenant_id, account_id) references accounts (tenant_id, id);
        create function touched() returns trigger language plpgsql as $$ begin
            if new.size > 1000 then
                update accounts set size = -1 where id = new.id;
            end if;
            return new;
        end $$;
        create trigger touched after insert on accounts for each row execute function touched();
        """;

    const long Id = 4711;

    /// <summary>Statements of A's that meet a row of B's, or would.</summary>
    static (string Name, Func<Victim, string> Sql)[] Probes =>
    [
        ("a key that B has", b => $"insert into accounts (id, mail, size) values ({Id}, 'free', 1) returning id"),
        ("a unique value that B has", b => $"insert into accounts (id, mail, size) values (1, '{b.Mail}', 1) returning id"),
        ("a reference to what B has", b => $"insert into orders (id, account_id) values (1, {Id})"),
        ("a reference to B's own", b => $"insert into orders (tenant_id, id, account_id) values ('{b.Tenant.Id}', 1, {Id})"),
        ("a row for B", b => $"insert into accounts (tenant_id, id, mail, size) values ('{b.Tenant.Id}', {Id}, 'x', 1)"),
        ("a row for B, or nothing", b => $"insert into accounts (tenant_id, id, mail, size) values ('{b.Tenant.Id}', {Id}, 'x', 1) on conflict do nothing"),
        ("a row for B, or an update", b => $"insert into accounts (tenant_id, id, mail, size) values ('{b.Tenant.Id}', {Id}, 'x', 1) on conflict (tenant_id, id) do update set size = 2"),
        ("an update of B's", b => $"update accounts set size = 2 where id = {Id} or mail = '{b.Mail}'"),
        ("a deletion of B's", b => $"delete from accounts where id = {Id}"),
        ("a lock on B's", b => $"select id from accounts where id = {Id} for update nowait"),
        ("a check", b => $"insert into accounts (id, mail, size) values ({Id}, 'free', 0)"),
        ("a check, in a trigger", b => $"insert into accounts (id, mail, size) values ({Id}, 'free', 1001)"),
        ("nothing where something must be", b => $"insert into accounts (id, mail, size) values ({Id}, null, 1)"),
        ("a cast", b => "select id from accounts where mail::integer = 1"),
        ("a cast behind B's tenant", b => $"select id from accounts where tenant_id = '{b.Tenant.Id}' and mail::integer = 1"),
        ("a division", b => $"select id from accounts where id = {Id} and 1 / (size - size) = 1"),
        ("a number out of range", b => $"select id from accounts where id = {Id} and size * 2147483647 > 0"),
        ("a regular expression", b => $"select id from accounts where id = {Id} and mail ~ '('"),
        ("entering B", b => $"select tenancy.enter('{b.Tenant.Id}')"),
        ("entering nobody", b => "select tenancy.enter(gen_random_uuid())"),
    ];

    sealed record Victim(Tenant Tenant, string Mail, string Sentinel);

    [Theory]
    [InlineData(TenantIsolation.Row)]
    [InlineData(TenantIsolation.Schema)]
    [InlineData(TenantIsolation.Database)]
    public async Task An_error_is_the_same_whether_another_tenant_has_the_row_or_not(TenantIsolation isolation)
    {
        await using var deployment = await StartAsync();
        Assert.Empty(await DifferencesAsync(deployment, isolation));
    }

    /// <summary>The control: a unique index that does not begin with the tenant tells, and the proof of it is seen here.</summary>
    [Fact]
    public async Task A_unique_index_over_all_tenants_tells_that_a_value_is_taken_and_no_more()
    {
        await using var deployment = await StartAsync();
        await PrivateCluster.ExecuteAsync(deployment.SharedDatabase, "create unique index everybodys on app.accounts (mail)");
        var difference = Assert.Single(await DifferencesAsync(deployment, TenantIsolation.Row));
        Assert.Contains("a unique value that B has", difference, StringComparison.Ordinal);
        Assert.Contains("everybodys", difference, StringComparison.Ordinal);
    }

    /// <summary>The other control: a reference without the tenant, which isolate() would have made with it.</summary>
    [Fact]
    public async Task A_reference_without_the_tenant_tells_that_there_is_a_row()
    {
        await using var deployment = await StartAsync();
        await PrivateCluster.ExecuteAsync(deployment.SharedDatabase,
            """
            create unique index ids on app.accounts (id);
            alter table app.orders drop constraint orders_account, add foreign key (account_id) references app.accounts (id);
            """);
        Assert.Contains(await DifferencesAsync(deployment, TenantIsolation.Row), difference => difference.Contains("a reference to what B has", StringComparison.Ordinal));
    }

    static Task<Deployment> StartAsync() => Deployment.StartAsync(new DeploymentOptions { Budget = 1, Migrations = new() { ["0001_constraints.sql"] = Constraints } });

    static async Task<List<string>> DifferencesAsync(Deployment deployment, TenantIsolation isolation)
    {
        var a = await deployment.CreateAsync(isolation);
        var sentinel = $"sentinel-{Guid.NewGuid():n}";
        var b = new Victim(await deployment.CreateAsync(isolation), "taken", sentinel);
        using (deployment.Tenants.Enter(b.Tenant))
        {
            await ExecuteAsync(deployment, $"insert into accounts (id, mail, size) values ({Id}, 'taken', 7), (8, '{sentinel}', 1)");
            await ExecuteAsync(deployment, $"insert into orders (id, account_id) values (1, {Id})");
        }

        var with = await AnswersAsync(deployment, a, b);
        using (deployment.Tenants.Enter(b.Tenant))
        {
            await ExecuteAsync(deployment, "delete from orders");
            await ExecuteAsync(deployment, "delete from accounts");
        }

        var without = await AnswersAsync(deployment, a, b);
        Assert.DoesNotContain(sentinel, string.Join('\n', with), StringComparison.Ordinal);
        return [.. with.Zip(without).Where(pair => pair.First != pair.Second).Select(pair => $"{pair.First}\nis not\n{pair.Second}")];
    }

    static async Task<List<string>> AnswersAsync(Deployment deployment, Tenant tenant, Victim b)
    {
        var answers = new List<string>();
        using var scope = deployment.Tenants.Enter(tenant);
        foreach (var (name, sql) in Probes)
        {
            await using var connection = await deployment.Data.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = sql(b);
            try
            {
                await using var reader = await command.ExecuteReaderAsync();
                var rows = 0;
                while (await reader.ReadAsync())
                    rows++;
                await reader.CloseAsync();
                answers.Add(string.Create(CultureInfo.InvariantCulture, $"{name}: {rows} rows, {reader.RecordsAffected} changed"));
            }
            catch (PostgresException e)
            {
                answers.Add($"{name}: {e.SqlState} {string.Join(" | ", Verdict.Says(e).Skip(1))}");
            }
        }

        return answers;
    }

    static async Task ExecuteAsync(Deployment deployment, string sql)
    {
        await using var command = deployment.Data.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
