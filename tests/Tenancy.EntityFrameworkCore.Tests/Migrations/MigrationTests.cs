using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tenancy.EntityFrameworkCore.Tests.Ledger;

namespace Tenancy.EntityFrameworkCore.Tests;

/// <summary>EF Core's migrations over tenants of every isolation.</summary>
public sealed class MigrationTests
{
    [Fact]
    public async Task Migrations_reach_every_place_once()
    {
        var first = Options<FirstLedger>();
        await using var deployment = await Deployment.StartAsync(first);
        var tenants = await CreateAsync(deployment);
        foreach (var tenant in tenants)
        {
            Assert.Equal([(823219200, "20260201000000_CreateAccounts")], await RecordedAsync(tenant));
            Assert.Equal(823219200, tenant.MigrationVersion);
            await AddAsync<FirstLedger>(deployment, tenant, tenant.Slug.Value);
        }

        await using var second = await Deployment.StartAsync(Options<SecondLedger>(first));
        foreach (var tenant in tenants)
        {
            Assert.Equal([(823219200, "20260201000000_CreateAccounts"), (823305600, "20260202000000_AddNotes")], await RecordedAsync(tenant));
            Assert.Equal([$"{tenant.Slug} noted"], await NotesAsync(second, tenant));
        }

        // Once more, and by a process that does not know the newest yet.
        await using (await Deployment.StartAsync(Options<SecondLedger>(first)))
        await using (await Deployment.StartAsync(Options<FirstLedger>(first)))
        {
            foreach (var tenant in tenants)
                Assert.Equal(2, (await RecordedAsync(tenant)).Count);
        }

        // A tenant that comes later gets them all.
        var late = await second.CreateAsync(TenantIsolation.Schema);
        Assert.Equal(2, (await RecordedAsync(late)).Count);
        Assert.Equal("it's; a 'kind'", await ScalarAsync(late.Placement.Database, $"""select "Code" from "{late.Placement.Schema}"."Kind's" """));
    }

    [Fact]
    public async Task What_failed_in_one_place_goes_on_from_there()
    {
        var first = Options<FirstLedger>();
        await using var deployment = await Deployment.StartAsync(first);
        var tenants = await CreateAsync(deployment);
        var stuck = tenants.First(tenant => tenant.Placement.Isolation == TenantIsolation.Database);
        await PrivateCluster.ExecuteAsync(stuck.Placement.Database, """alter table app."Accounts" add column "Note" integer""");

        var error = await Assert.ThrowsAsync<MigrationException>(() => Deployment.StartAsync(Options<SecondLedger>(first)));
        Assert.Contains("20260202000000_AddNotes", error.Message, StringComparison.Ordinal);
        Assert.Single(await RecordedAsync(stuck));

        await PrivateCluster.ExecuteAsync(stuck.Placement.Database, """alter table app."Accounts" drop column "Note" """);
        await using var again = await Deployment.StartAsync(Options<SecondLedger>(first));
        foreach (var tenant in tenants)
            Assert.Equal(2, (await RecordedAsync(tenant)).Count);
    }

    [Fact]
    public async Task What_was_applied_must_not_be_changed()
    {
        var first = Options<FirstLedger>();
        await using var deployment = await Deployment.StartAsync(first);
        var error = await Assert.ThrowsAsync<MigrationException>(() => Deployment.StartAsync(Options<AlteredLedger>(first)));
        Assert.Contains("was changed after it was applied", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_go_before_the_contexts_migrations()
    {
        var options = Options<FirstLedger>(files: new() { ["0001_tables.sql"] = DeploymentOptions.Tables });
        await using var deployment = await Deployment.StartAsync(options);
        var tenant = await deployment.CreateAsync(TenantIsolation.Database);
        Assert.Equal([(1, "tables"), (823219200, "20260201000000_CreateAccounts")], await RecordedAsync(tenant));
    }

    [Fact]
    public async Task Tables_are_isolated_as_by_a_file()
    {
        await using var deployment = await Deployment.StartAsync(Options<FirstLedger>());
        var tenants = await CreateAsync(deployment);
        foreach (var tenant in tenants)
        {
            await AddAsync<FirstLedger>(deployment, tenant, tenant.Slug.Value, id: 7);
            var (database, schema) = (tenant.Placement.Database, tenant.Placement.Schema);
            Assert.Equal("PRIMARY KEY (tenant_id, \"Id\")", await ScalarAsync(database,
                $"""select pg_get_constraintdef(oid) from pg_constraint where conrelid = '"{schema}"."Accounts"'::regclass and contype = 'p'"""));
            Assert.Equal("tenancy_owner", await ScalarAsync(database,
                $"""select tableowner::text from pg_tables where tablename = 'Accounts' and schemaname = '{schema}'"""));
        }

        foreach (var tenant in tenants)
        {
            using var scope = deployment.Tenants.Enter(tenant);
            await using var context = Context<FirstLedger>(deployment);
            Assert.Equal([tenant.Slug.Value], await context.Set<Account>().Select(account => account.Name).ToListAsync());
        }
    }

    [Fact]
    public async Task A_model_that_shows_the_tenant_migrates_and_filters()
    {
        await using var deployment = await Deployment.StartAsync(Options<FilteredLedger>());
        var tenants = await CreateAsync(deployment);
        foreach (var tenant in tenants)
            await AddAsync<FilteredLedger>(deployment, tenant, tenant.Slug.Value);
        foreach (var tenant in tenants)
        {
            using var scope = deployment.Tenants.Enter(tenant);
            await using var context = Context<FilteredLedger>(deployment);
            var query = context.Set<Account>().Select(account => new { account.Name, Tenant = EF.Property<Guid>(account, TenantFilter.Column) });
            Assert.Contains("tenant_id = @", query.ToQueryString(), StringComparison.Ordinal);
            Assert.Equal([new { Name = tenant.Slug.Value, Tenant = tenant.Id.Value }], await query.ToListAsync());
        }
    }

    [Theory]
    [InlineData(typeof(ConcurrentLedger), "CONCURRENTLY")]
    [InlineData(typeof(SchemaLedger), "names a schema")]
    [InlineData(typeof(EmptyLedger), "dotnet ef migrations add")]
    [InlineData(typeof(MisnamedLedger), "misnamed")]
    public async Task What_cannot_be_applied_says_why(Type context, string expected)
    {
        var options = (DeploymentOptions)GetType().GetMethod(nameof(Options), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
            .MakeGenericMethod(context).Invoke(null, [null, null])!;
        var error = await Assert.ThrowsAnyAsync<Exception>(() => Deployment.StartAsync(options));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Marking_needs_a_table()
    {
        var migrations = new MigrationBuilder("Npgsql.EntityFrameworkCore.PostgreSQL");
        Assert.Throws<ArgumentException>(() => migrations.Isolate());
        Assert.Throws<ArgumentException>(() => migrations.Isolate("a\0"));
        Assert.Equal("select tenancy.isolate('\"a''b\"\"c\"', '\"d\"');",
            Assert.IsType<Microsoft.EntityFrameworkCore.Migrations.Operations.SqlOperation>(
                ((Microsoft.EntityFrameworkCore.Infrastructure.IInfrastructure<Microsoft.EntityFrameworkCore.Migrations.Operations.SqlOperation>)
                    migrations.Isolate("a'b\"c", "d")).Instance).Sql);
    }

    /// <summary>A deployment whose migrations are those of a context; with another's options, a later process of the same.</summary>
    static DeploymentOptions Options<TContext>(DeploymentOptions? of = null, Dictionary<string, string>? files = null) where TContext : LedgerContext
    {
        var made = of ?? new DeploymentOptions();
        return new DeploymentOptions
        {
            Suffix = made.Suffix,
            Install = of is null,
            DropDatabases = of is null,
            Migrations = files ?? [],
            Configure = services =>
            {
                services.AddTenantDbContextFactory<TContext>();
                services.AddTenancy().AddMigrationsFrom<TContext>();
            },
        };
    }

    static async Task<List<Tenant>> CreateAsync(Deployment deployment)
    {
        var tenants = new List<Tenant>();
        foreach (var isolation in Enum.GetValues<TenantIsolation>())
        {
            tenants.Add(await deployment.CreateAsync(isolation));
            tenants.Add(await deployment.CreateAsync(isolation));
        }

        return tenants;
    }

    static TContext Context<TContext>(Deployment deployment) where TContext : LedgerContext =>
        deployment.Services.GetRequiredService<IDbContextFactory<TContext>>().CreateDbContext();

    static async Task AddAsync<TContext>(Deployment deployment, Tenant tenant, string name, int id = 1) where TContext : LedgerContext
    {
        using var scope = deployment.Tenants.Enter(tenant);
        await using var context = Context<TContext>(deployment);
        context.Add(new Account { Id = id, Name = name });
        await context.SaveChangesAsync();
    }

    static async Task<List<string>> NotesAsync(Deployment deployment, Tenant tenant)
    {
        using var scope = deployment.Tenants.Enter(tenant);
        await using var context = Context<SecondLedger>(deployment);
        return await context.Database.SqlQuery<string>($"""select "Name" || ' ' || "Note" as "Value" from "Accounts" """).ToListAsync();
    }

    static async Task<List<(int, string)>> RecordedAsync(Tenant tenant)
    {
        await using var administrator = await PrivateCluster.OpenAsync(tenant.Placement.Database);
        await using var command = new NpgsqlCommand("select version, name from tenancy.migrations where schema_name = $1 order by version", administrator)
        {
            Parameters = { new() { Value = tenant.Placement.Schema } },
        };
        var recorded = new List<(int, string)>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            recorded.Add((reader.GetInt32(0), reader.GetString(1)));
        return recorded;
    }

    static async Task<object?> ScalarAsync(string database, string sql)
    {
        await using var administrator = await PrivateCluster.OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, administrator);
        return await command.ExecuteScalarAsync();
    }
}
