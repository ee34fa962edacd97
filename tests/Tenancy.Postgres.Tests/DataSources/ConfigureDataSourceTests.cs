using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Tenancy.Postgres.Tests;

/// <summary>The host configures the driver below; what would break the isolation is refused, all at once.</summary>
public sealed class ConfigureDataSourceTests
{
    enum Mood
    {
        Sad,
        Happy,
    }

    sealed record Point3(int X, int Y, int Z);

    sealed record Settings(string Theme, int[] Sizes);

    static DeploymentOptions With(Action<NpgsqlDataSourceBuilder, PostgresPool> hook, string migration = "", Func<DeploymentOptions, Task>? afterInstall = null) => new()
    {
        Migrations = new() { ["0001_tables.sql"] = DeploymentOptions.Tables + migration },
        AfterInstall = afterInstall,
        Configure = services => services.AddOptions<PostgresOptions>().Configure(options => options.DataSourceHooks.Add(hook.Invoke)),
    };

    [Fact]
    public async Task Mistakes_stop_the_host_with_all_of_them_and_a_remedy_each()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => Deployment.StartAsync(With((builder, _) =>
        {
            var settings = builder.ConnectionStringBuilder;
            (settings.Host, settings.Database, settings.Username, settings.Password) = ("elsewhere", "other", "postgres", "s3cret");
            (settings.NoResetOnClose, settings.Multiplexing, settings.Pooling, settings.Enlist) = (true, true, false, false);
            (settings.SearchPath, settings.Options, settings.MaxPoolSize, settings.MaxAutoPrepare) = ("public", "-c x=y", 1, 1);
            (settings.IncludeErrorDetail, settings.PersistSecurityInfo, settings.LogParameters, settings.Timeout) = (true, true, true, 3);
        })));
        foreach (var key in new[]
                 {
                     "Host", "Database", "Username", "Password", "No Reset On Close", "Multiplexing", "Pooling", "Enlist", "Search Path", "Options", "Maximum Pool Size", "Max Auto Prepare",
                     "Include Error Detail", "Persist Security Info", "Log Parameters",
                 })
        {
            Assert.Contains(refused.Failures, failure => failure.Contains($"changed {key} for 'test-1'. Remove that: ", StringComparison.Ordinal));
        }

        Assert.Equal(15, refused.Failures.Count());
        Assert.DoesNotContain("s3cret", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("elsewhere", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_may_be_changed_is_what_the_driver_knows()
    {
        var known = typeof(NpgsqlConnectionStringBuilder).GetProperties()
            .Select(property => property.GetCustomAttribute<DisplayNameAttribute>()?.DisplayName).ToHashSet();
        Assert.All(DataSourceRules.Free, key => Assert.Contains(key, known));
    }

    [Fact]
    public async Task A_hook_that_the_driver_refuses_or_that_fails_stops_the_host()
    {
        var both = await Assert.ThrowsAsync<OptionsValidationException>(() => Deployment.StartAsync(With((builder, _) =>
            builder.UsePasswordProvider(_ => "x", (_, _) => ValueTask.FromResult("x")))));
        Assert.Contains("makes no data source", both.Message, StringComparison.Ordinal);
        var failed = await Assert.ThrowsAsync<OptionsValidationException>(() => Deployment.StartAsync(With((_, _) => throw new InvalidOperationException("secret"))));
        Assert.Contains("failed", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_turns_wrong_after_the_start_hands_out_no_connection()
    {
        var late = false;
        await using var deployment = await Deployment.StartAsync(With((builder, _) =>
        {
            if (late)
                builder.ConnectionStringBuilder.SearchPath = "public";
        }));
        late = true;
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => deployment.CreateAsync(TenantIsolation.Database));
        Assert.Contains("changed Search Path", refused.Message, StringComparison.Ordinal);
        late = false;
        await deployment.CreateAsync(TenantIsolation.Database);
    }

    [Theory]
    [InlineData("set search_path = public", "sets search_path")]
    [InlineData("set row_security = off", "turns row_security off")]
    [InlineData("listen all_of_it", "listens to channels")]
    [InlineData("set tenancy.tenant = '00000000-0000-4000-8000-00000000000a'", "leaves a tenant in scope")]
    public async Task An_initializer_that_changes_the_session_is_found_by_the_proof(string statement, string problem)
    {
        void Initialize(NpgsqlConnection connection)
        {
            using var command = new NpgsqlCommand(statement, connection);
            command.ExecuteNonQuery();
        }

        var refused = await Assert.ThrowsAsync<IsolationProofException>(() => Deployment.StartAsync(With((builder, _) => builder.UsePhysicalConnectionInitializer(
            Initialize, connection => { Initialize(connection); return Task.CompletedTask; }))));
        Assert.Contains(refused.Findings, finding => finding.Code == "session-initializer" && finding.Problem.Contains(problem, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_initializer_that_changes_nothing_of_the_scope_is_let_be()
    {
        void Initialize(NpgsqlConnection connection)
        {
            using var command = new NpgsqlCommand("set statement_timeout = '17s'", connection);
            command.ExecuteNonQuery();
        }

        await using var deployment = await Deployment.StartAsync(With((builder, _) => builder.UsePhysicalConnectionInitializer(
            Initialize, connection => { Initialize(connection); return Task.CompletedTask; })));
        using var scope = deployment.Tenants.Enter(await deployment.CreateAsync(TenantIsolation.Row));
        await using var connection = await deployment.Data.OpenConnectionAsync();
        Assert.Equal("17s", await connection.ScalarAsync("show statement_timeout"));
    }

    [Fact]
    public async Task Types_that_the_host_maps_work_in_each_isolation()
    {
        await using var deployment = await Deployment.StartAsync(With(
            (builder, _) =>
            {
                // Shared types, by the schema that every scope has in its search path.
                builder.MapEnum<Mood>("extensions.mood");
                builder.MapComposite<Point3>("extensions.point3");
                builder.EnableDynamicJson();
            },
            "create table feelings (id bigint primary key, mood extensions.mood, place extensions.point3, doc jsonb); select tenancy.isolate('feelings');",
            options => PrivateCluster.ExecuteAsync(options.SharedDatabase, SharedTypes)));
        // A database of its own is copied from the template, which connections are not allowed to.
        await PrivateCluster.ExecuteAsync("postgres", $"alter database {deployment.SharedDatabase}_template with allow_connections true");
        await PrivateCluster.ExecuteAsync(deployment.SharedDatabase + "_template", SharedTypes);
        await PrivateCluster.ExecuteAsync("postgres", $"alter database {deployment.SharedDatabase}_template with allow_connections false");
        foreach (var isolation in Enum.GetValues<TenantIsolation>())
        {
            using var scope = deployment.Tenants.Enter(await deployment.CreateAsync(isolation));
            await using var connection = await deployment.Data.OpenConnectionAsync();
            await using var insert = connection.Command("insert into feelings values (1, $1, $2, $3)", Mood.Happy, new Point3(1, 2, 3));
            insert.Parameters.Add(new NpgsqlParameter { Value = new Settings("dark", [1, 2]), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Jsonb });
            Assert.Equal(1, await insert.ExecuteNonQueryAsync());
            await using (var reader = await connection.Command("select mood, place, doc from feelings").ExecuteReaderAsync())
            {
                await reader.ReadAsync();
                Assert.Equal(Mood.Happy, reader.GetFieldValue<Mood>(0));
                Assert.Equal(new Point3(1, 2, 3), reader.GetFieldValue<Point3>(1));
                Assert.Equal([1, 2], reader.GetFieldValue<Settings>(2).Sizes);
            }

            Assert.Equal(2, await connection.BulkInsertAsync("feelings", new[] { (2L, Mood.Sad), (3L, Mood.Happy) }, columns => columns.Add("id", row => row.Item1).Add("mood", row => row.Item2)));
            Assert.Equal(2L, await connection.ScalarAsync("select count(*) from feelings where mood = $1", Mood.Happy));
            Assert.Equal(Mood.Sad, await deployment.Data.UseNpgsqlAsync(async (npgsql, stop) =>
            {
                await using var command = new NpgsqlCommand("select 'sad'::extensions.mood", npgsql);
                return await command.ExecuteScalarAsync(stop);
            }));
        }
    }

    const string SharedTypes = "create type extensions.mood as enum ('sad', 'happy'); create type extensions.point3 as (x int, y int, z int); grant usage on type extensions.mood, extensions.point3 to tenancy_migrator, tenancy_owner";

    [Fact]
    public async Task An_enum_of_each_schemas_own_is_written_and_read_as_text()
    {
        await using var deployment = await Deployment.StartAsync(With(
            (_, _) => { }, "create type mood as enum ('sad', 'happy'); create table feelings (id bigint primary key, mood mood); select tenancy.isolate('feelings');"));
        foreach (var isolation in Enum.GetValues<TenantIsolation>())
        {
            using var scope = deployment.Tenants.Enter(await deployment.CreateAsync(isolation));
            await using var connection = await deployment.Data.OpenConnectionAsync();
            Assert.Equal(1, await connection.Command("insert into feelings values (1, $1::text::mood)", "happy").ExecuteNonQueryAsync());
            Assert.Equal("happy", await connection.ScalarAsync("select mood::text from feelings where mood = $1::text::mood", "happy"));
        }
    }

    [Fact]
    public async Task A_password_can_come_from_a_provider()
    {
        var asked = 0;
        var options = new DeploymentOptions();
        var password = new NpgsqlConnectionStringBuilder(Deployment.ConnectionString("x", options.AppLogin)).Password!;
        await using var first = await Deployment.StartAsync(options);
        var tenant = await first.CreateAsync(TenantIsolation.Row);
        var own = await first.CreateAsync(TenantIsolation.Database);
        var second = options.Again();
        var without = new NpgsqlConnectionStringBuilder(Deployment.ConnectionString(options.SharedDatabase, options.AppLogin)) { Password = null };
        var rotating = new DeploymentOptions
        {
            Suffix = second.Suffix, Install = false, DropDatabases = false, Migrations = second.Migrations,
            Settings = { [$"Tenancy:Postgres:Servers:{Deployment.Server}:ConnectionString"] = without.ConnectionString },
            Configure = services => services.AddOptions<PostgresOptions>().Configure(postgres => postgres.DataSourceHooks.Add((builder, pool) =>
            {
                if (pool.Tenant is not null)
                    return;
                builder.UsePasswordProvider(_ => password, (_, _) =>
                {
                    Interlocked.Increment(ref asked);
                    return ValueTask.FromResult(password);
                });
            })),
        };
        await using var deployment = await Deployment.StartAsync(rotating);
        foreach (var each in new[] { tenant, own })
        {
            using var scope = deployment.Tenants.Enter(each);
            await using var connection = await deployment.Data.OpenConnectionAsync();
            Assert.Equal(0L, await connection.ScalarAsync("select count(*) from notes"));
        }

        Assert.True(asked > 0);
    }

    [Fact]
    public void The_extension_registers_the_hook()
    {
        var services = new ServiceCollection();
        services.AddTenancy().UsePostgres().ConfigureDataSource(builder => builder.EnableDynamicJson()).ConfigureDataSource((_, pool) => Assert.NotNull(pool));
        using var provider = services.BuildServiceProvider();
        var options = new PostgresOptions();
        foreach (var configure in provider.GetServices<IConfigureOptions<PostgresOptions>>())
            configure.Configure(options);
        Assert.Equal(2, options.DataSourceHooks.Count);
    }
}
