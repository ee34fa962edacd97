using Npgsql;

namespace Tenancy.Postgres.Tests;

public sealed class MigrationTests
{
    static Dictionary<string, string> With(params (string Name, string Sql)[] more)
    {
        var migrations = new Dictionary<string, string> { ["0001_tables.sql"] = DeploymentOptions.Tables };
        foreach (var (name, sql) in more)
            migrations[name] = sql;
        return migrations;
    }

    static async Task<object?> ScalarAsync(string database, string sql)
    {
        await using var connection = await PrivateCluster.OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    [Fact]
    public async Task A_new_migration_reaches_tenants_of_every_isolation_once_whoever_starts()
    {
        await using var deployment = await Deployment.StartAsync();
        var tenants = new List<Tenant>();
        foreach (var isolation in Enum.GetValues<TenantIsolation>())
        {
            tenants.Add(await deployment.CreateAsync(isolation));
            using var scope = deployment.Tenants.Enter(tenants[^1]);
            await using var connection = await deployment.Data.OpenConnectionAsync();
            await connection.Command("insert into notes (id, mark) values (1, 'old')").ExecuteNonQueryAsync();
        }

        // A change of the shape, a backfill over all rows, and one that must not run twice.
        var options = deployment.Options.Again(With(("0002_colour.sql",
            "alter table notes add column colour text; update notes set colour = 'red', size = size + 1; alter table notes alter column colour set not null")));
        var processes = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Deployment.StartAsync(options)));
        foreach (var process in processes)
        {
            foreach (var tenant in tenants)
            {
                using var scope = process.Tenants.Enter(tenant);
                await using var connection = await process.Data.OpenConnectionAsync();
                Assert.Equal("old red 1", await connection.ScalarAsync("select mark || ' ' || colour || ' ' || size from notes"));
                await process.Catalog.RefreshAsync();
                Assert.True(process.Catalog.Current.TryFind(tenant.Id, out var now));
                Assert.Equal(2, now.MigrationVersion);
            }

            await process.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_file_that_was_changed_after_it_was_applied_is_refused()
    {
        await using var deployment = await Deployment.StartAsync();
        var changed = new Dictionary<string, string> { ["0001_tables.sql"] = DeploymentOptions.Tables + " " };
        var error = await Assert.ThrowsAsync<MigrationException>(() => Deployment.StartAsync(deployment.Options.Again(changed)));
        Assert.Contains("0001_tables", error.Message, StringComparison.Ordinal);
        Assert.Contains("Restore the file", error.Message, StringComparison.Ordinal);
        // Line ends are the checkout's business.
        var windows = new Dictionary<string, string> { ["0001_tables.sql"] = DeploymentOptions.Tables.ReplaceLineEndings("\r\n") };
        await (await Deployment.StartAsync(deployment.Options.Again(windows))).DisposeAsync();
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_those_before_it_and_names_file_and_reason()
    {
        await using var deployment = await Deployment.StartAsync();
        var broken = With(("0002_good.sql", "create table good (id int)"), ("0003_bad.sql", "create table bad (id int); select 1 / 0"));
        var error = await Assert.ThrowsAsync<MigrationException>(() => Deployment.StartAsync(deployment.Options.Again(broken)));
        Assert.Contains("0003_bad", error.Message, StringComparison.Ordinal);
        Assert.Contains("division by zero", error.Message, StringComparison.Ordinal);
        Assert.Equal("true,false", await ScalarAsync(deployment.SharedDatabase,
            "select (to_regclass('app.good') is not null)::text || ',' || (to_regclass('app.bad') is not null)::text"));
        broken["0003_bad.sql"] = "create table bad (id int)";
        await (await Deployment.StartAsync(deployment.Options.Again(broken))).DisposeAsync();
        Assert.Equal(3, await ScalarAsync(deployment.SharedDatabase, "select max(version) from tenancy.migrations where schema_name = 'app'"));
    }

    [Fact]
    public async Task Any_text_that_the_server_takes_is_a_migration_and_all_it_makes_is_the_owners()
    {
        await using var deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Migrations = With(("0002_texts.sql",
                """
                create table texts (id int primary key, body text default 'a;b''c\d' /* ; */); -- ; '
                insert into texts (id) values (1);
                create function twice(n int) returns int language sql begin atomic select n * 2; end;
                create function quoted() returns text language plpgsql as $body$ begin return $q$;'$$;$q$; end $body$;
                create procedure p() language sql begin atomic insert into texts values (2, E'\';'); insert into texts values (3, $tag$ {owner} :name @name $1 $tag$); end;
                call p();
                create view "odd; name" with (security_invoker) as select twice(id) as n from texts;
                create type mood as enum ('a;', 'b');
                create sequence counter;
                """)),
        });
        Assert.Equal("""1=a;b'c\d|2=';|3= {owner} :name @name $1 """, await ScalarAsync(deployment.SharedDatabase, "select string_agg(id || '=' || body, '|' order by id) from app.texts"));
        Assert.Equal(";'$$;", await ScalarAsync(deployment.SharedDatabase, "select app.quoted()"));
        Assert.Equal(0L, await ScalarAsync(deployment.SharedDatabase,
            "select (select count(*) from pg_class where relnamespace = 'app'::regnamespace and relowner <> 'tenancy_owner'::regrole) + " +
            "(select count(*) from pg_proc where pronamespace = 'app'::regnamespace and proowner <> 'tenancy_owner'::regrole) + " +
            "(select count(*) from pg_type where typnamespace = 'app'::regnamespace and typowner <> 'tenancy_owner'::regrole)"));
    }
}
