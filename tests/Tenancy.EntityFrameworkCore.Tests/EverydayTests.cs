using System.Data.Common;
using System.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Tenancy.EntityFrameworkCore.Tests.Shop;

namespace Tenancy.EntityFrameworkCore.Tests;

/// <summary>What applications rely on beside queries: retries, ambient transactions, events, and clear refusals.</summary>
public sealed class EverydayTests(ShopFixture shops) : IClassFixture<ShopFixture>
{
    public static TheoryData<TenantIsolation> Isolations => ShopFixture.Isolations;

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_retrying_strategy_survives_the_end_of_its_session(TenantIsolation isolation)
    {
        var tenant = shops[isolation, 0];
        using var scope = shops.Deployment.Tenants.Enter(tenant);
        await using var context = new ShopContext(new DbContextOptionsBuilder<ShopContext>()
            .UseTenancy(shops.Deployment.Data, npgsql => npgsql.EnableRetryOnFailure(3, TimeSpan.FromMilliseconds(50), null)).Options);
        Assert.Equal(12, await context.Products.CountAsync());
        await EndSessionsAsync(tenant);
        Assert.Equal(12, await context.Products.CountAsync());

        var attempts = 0;
        await context.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            context.ChangeTracker.Clear();
            await using var transaction = await context.Database.BeginTransactionAsync();
            context.Add(new Tag { Id = 600, Label = "retried" });
            await context.SaveChangesAsync();
            if (attempts++ == 0)
                await EndSessionsAsync(tenant);
            await context.Tags.CountAsync();
            await transaction.CommitAsync();
        });
        Assert.Equal(2, attempts);
        Assert.Equal(1, await context.Tags.CountAsync(tag => tag.Label == "retried"));
        await context.Tags.Where(tag => tag.Id == 600).ExecuteDeleteAsync();
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Ambient_transactions_take_the_context_along(TenantIsolation isolation)
    {
        using var tenant = shops.Deployment.Tenants.Enter(shops[isolation, 1]);
        foreach (var (complete, openBefore) in new[] { (true, false), (false, false), (true, true), (false, true) })
        {
            await using var context = shops.Context();
            if (openBefore)
                await context.Database.OpenConnectionAsync();
            using (var ambient = new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
            {
                if (openBefore)
                    await context.Database.OpenConnectionAsync();
                context.Add(new Tag { Id = 610, Label = "ambient" });
                await context.SaveChangesAsync();
                await context.Tags.Where(tag => tag.Id == 610).ExecuteUpdateAsync(set => set.SetProperty(tag => tag.Label, "twice"));
                if (complete)
                    ambient.Complete();
            }

            await using var after = shops.Context();
            Assert.Equal(complete ? ["twice"] : [], await after.Tags.Where(tag => tag.Id == 610).Select(tag => tag.Label).ToListAsync());
            await after.Tags.Where(tag => tag.Id == 610).ExecuteDeleteAsync();
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task An_open_connection_and_its_transaction_can_be_shared(TenantIsolation isolation)
    {
        using var tenant = shops.Deployment.Tenants.Enter(shops[isolation, 0]);
        await using var connection = await shops.Deployment.Data.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var context = shops.Context())
        {
            context.Database.SetDbConnection(connection);
            await context.Database.UseTransactionAsync(transaction);
            context.AddRange(new Tag { Id = 620, Label = "shared" }, new Tag { Id = 621, Label = "too" });
            await context.SaveChangesAsync();
        }

        await transaction.RollbackAsync();
        Assert.False(await shops.Context().Tags.AnyAsync(tag => tag.Id >= 620 && tag.Id < 630));
    }

    [Fact]
    public async Task The_applications_interceptors_still_see_everything()
    {
        using var tenant = shops.Deployment.Tenants.Enter(shops[TenantIsolation.Row, 0]);
        var seen = new Seen();
        await using var context = shops.Context(options => options.AddInterceptors(seen));
        await using var transaction = await context.Database.BeginTransactionAsync();
        context.AddRange(new Tag { Id = 630, Label = "seen 1" }, new Tag { Id = 631, Label = "seen 2" });
        await context.SaveChangesAsync();
        transaction.CreateSavepoint("Mine");
        transaction.RollbackToSavepoint("Mine");
        await transaction.RollbackAsync();
        Assert.Contains("SaveChanges, 4 parameters", seen.Events);
        Assert.Contains("savepoint", seen.Events);
        Assert.Contains("rolled back to savepoint", seen.Events);
    }

    [Fact]
    public async Task Forty_tenants_share_one_model_and_one_set_of_services()
    {
        var options = new DbContextOptionsBuilder<ShopContext>().UseTenancy(shops.Deployment.Data)
            .ConfigureWarnings(warnings => warnings.Throw(CoreEventId.ManyServiceProvidersCreatedWarning)).Options;
        await PrivateCluster.ExecuteAsync(shops.Deployment.Options.CatalogDatabase,
            $"""
            insert into tenancy_catalog.tenants (id, slug, name, tier, status, isolation, server, database, schema, created)
            select gen_random_uuid(), 'many-' || n, 'Tenant ' || n, 'any', 'active', 'row', '{Deployment.Server}', '{shops.Deployment.SharedDatabase}', 'app', now()
            from generate_series(1, 40) as n
            """);
        var many = (await shops.Deployment.Catalog.RefreshAsync()).Tenants
            .Where(tenant => tenant.Slug.Value.StartsWith("many-", StringComparison.Ordinal)).ToList();
        var models = new HashSet<object>();
        foreach (var tenant in many)
        {
            using var scope = shops.Deployment.Tenants.Enter(tenant);
            // Options of its own for each, as a factory per tenant would make them.
            var own = new DbContextOptionsBuilder<ShopContext>(options).UseTenancy(shops.Deployment.Data).Options;
            await using var context = new ShopContext(own);
            context.Add(new Tag { Id = 1, Label = tenant.Slug.Value });
            await context.SaveChangesAsync();
            Assert.Equal([tenant.Slug.Value], await context.Tags.Select(tag => tag.Label).ToListAsync());
            models.Add(context.Model);
        }

        Assert.Equal(40, many.Count);
        Assert.Single(models);
    }

    [Fact]
    public async Task What_is_not_a_contexts_business_says_whose_it_is()
    {
        using var tenant = shops.Deployment.Tenants.Enter(shops[TenantIsolation.Row, 0]);
        await using var context = shops.Context();
        foreach (var refused in new Action[] { () => context.Database.EnsureCreated(), () => context.Database.EnsureDeleted() })
            Assert.Contains("ITenantLifecycle", Assert.Throws<NotSupportedException>(refused).Message, StringComparison.Ordinal);
        foreach (var refused in new Func<Task>[] { () => context.Database.EnsureCreatedAsync(), () => context.Database.EnsureDeletedAsync() })
            Assert.Contains("ITenantLifecycle", (await Assert.ThrowsAsync<NotSupportedException>(refused)).Message, StringComparison.Ordinal);
        Assert.Contains("AddMigrationsFrom", Assert
            .Throws<NotSupportedException>(() => context.Database.Migrate()).Message, StringComparison.Ordinal);
        Assert.Contains("AddMigrationsFrom", (await Assert
            .ThrowsAsync<NotSupportedException>(() => context.Database.MigrateAsync())).Message, StringComparison.Ordinal);
        Assert.Contains("tenancy.migrations", Assert
            .Throws<NotSupportedException>(() => context.Database.GetAppliedMigrations()).Message, StringComparison.Ordinal);
        Assert.Contains("tenancy.migrations", (await Assert
            .ThrowsAsync<NotSupportedException>(() => context.Database
            .GetPendingMigrationsAsync())).Message, StringComparison.Ordinal);
        Assert.Single(context.Database.GetMigrations());
        Assert.Contains("tenancy.isolate", context.GetService<IMigrator>().GenerateScript(), StringComparison.Ordinal);
        Assert.NotEmpty(context.Database.GenerateCreateScript());
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused()
    {
        foreach (var configure in new Action<DbContextOptionsBuilder>[]
                 {
                     options => options.UseNpgsql("Host=localhost"), options => options.UseNpgsql(shops.Deployment.Data),
                     options => options.UseNpgsql(new NpgsqlConnection()),
                 })
        {
            using var context = shops.Context(configure);
            Assert.Contains("UseTenancy() alone", Assert
                .Throws<InvalidOperationException>(() => context.Products.Count()).Message, StringComparison.Ordinal);
        }

        using var alone = new ShopContext(new DbContextOptionsBuilder<ShopContext>().UseTenancy().Options);
        Assert.Contains("no TenantDataSource", Assert
            .Throws<InvalidOperationException>(() => alone.Products.Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_connection_that_an_interceptor_puts_in_is_refused()
    {
        using var tenant = shops.Deployment.Tenants.Enter(shops[TenantIsolation.Row, 0]);
        await using var context = shops.Context(options => options.AddInterceptors(new PlainConnections()));
        await Assert.ThrowsAsync<InvalidCastException>(() => context.Products.CountAsync());
    }

    static async Task EndSessionsAsync(Tenant tenant)
    {
        await PrivateCluster.ExecuteAsync("postgres",
            $"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{tenant.Placement.Database}' and usename <> 'postgres'");
        await Task.Delay(50);
    }

    sealed class PlainConnections : DbConnectionInterceptor
    {
        public override InterceptionResult<DbConnection> ConnectionCreating(
            ConnectionCreatingEventData eventData, InterceptionResult<DbConnection> result) =>
            InterceptionResult<DbConnection>.SuppressWithResult(new NpgsqlConnection(PrivateCluster.Administrator));
    }

    sealed class Seen : DbCommandInterceptor, IDbTransactionInterceptor
    {
        public List<string> Events { get; } = [];

        public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
        {
            Events.Add($"{eventData.CommandSource}, {command.Parameters.Count} parameters");
            return base.ReaderExecutingAsync(command, eventData, result, cancellationToken);
        }

        public void CreatedSavepoint(DbTransaction transaction, TransactionEventData eventData) => Events.Add("savepoint");

        public void RolledBackToSavepoint(DbTransaction transaction, TransactionEventData eventData) => Events.Add("rolled back to savepoint");
    }
}
