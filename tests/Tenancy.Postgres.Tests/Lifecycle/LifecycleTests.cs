using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Tenancy.Postgres.Tests;

public sealed class LifecycleTests(TenantOfEach each) : IClassFixture<TenantOfEach>
{
    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    static async Task<long> CountAsync(string database, string sql)
    {
        await using var connection = await PrivateCluster.OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_deleted_tenant_leaves_nothing_and_the_others_keep_all(TenantIsolation isolation)
    {
        var tenant = await each.Deployment.CreateAsync(isolation);
        using (each.Deployment.Tenants.Enter(tenant))
        {
            await using var connection = await each.Deployment.Data.OpenConnectionAsync();
            await connection.Command("insert into notes (id, mark) values (1, 'gone')").ExecuteNonQueryAsync();
        }

        await each.Deployment.Lifecycle.DeleteAsync(tenant.Id);
        await each.Deployment.Lifecycle.DeleteAsync(tenant.Id);
        var name = TenantNames.For(tenant.Id);
        Assert.Equal(0, await CountAsync(each.Deployment.SharedDatabase,
            $"select (select count(*) from pg_namespace where nspname = '{name}') + (select count(*) from pg_database where datname = '{name}') + " +
            $"(select count(*) from pg_roles where rolname = '{name}') + (select count(*) from app.notes where tenant_id = '{tenant.Id}') + " +
            $"(select count(*) from tenancy.migrations where schema_name = '{name}')"));
        Assert.False(each.Deployment.Catalog.Current.TryFind(tenant.Id, out _));
        using (each.Deployment.Tenants.Enter(tenant))
            await Assert.ThrowsAsync<TenantUnavailableException>(async () => await each.Deployment.Data.OpenConnectionAsync());
        foreach (var other in Enum.GetValues<TenantIsolation>())
        {
            await using var connection = await each.OpenAsync(other);
            Assert.Equal(5L, await connection.ScalarAsync("select count(*) from notes"));
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Two_at_once_creating_one_slug_make_one_tenant(TenantIsolation isolation)
    {
        var slug = $"twice-{Guid.NewGuid():n}"[..20];
        var made = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            try
            {
                return await each.Deployment.CreateAsync(isolation, slug);
            }
            catch (TenantConflictException)
            {
                return null;
            }
        }));
        var id = Assert.Single(made.OfType<Tenant>().Select(tenant => tenant.Id).Distinct());
        Assert.True(each.Deployment.Catalog.Current.TryFind(id, out var tenant));
        Assert.Equal(TenantStatus.Active, tenant.Status);
    }

    /// <summary>What a creation may have left behind when it was killed: {name} is the tenant's.</summary>
    [Theory]
    [InlineData(TenantIsolation.Row, "select 1")]
    [InlineData(TenantIsolation.Schema, "create schema {name} authorization tenancy_owner")]
    [InlineData(TenantIsolation.Database, "set role tenancy_migrator; create role {name} login")]
    public async Task Creating_again_finishes_what_was_begun(TenantIsolation isolation, string left)
    {
        var writer = each.Deployment.Services.GetRequiredService<ITenantCatalogWriter>();
        var id = TenantId.Create(TimeProvider.System);
        var slug = TenantSlug.Parse($"half-{Guid.NewGuid():n}"[..20]);
        await writer.AddAsync(new Tenant
        {
            Id = id, Slug = slug, Name = "A tenant", Tier = "any", Status = TenantStatus.Provisioning, Created = TimeProvider.System.GetUtcNow(),
            Placement = each.Deployment.Services.GetRequiredService<IsolationStrategies>()[isolation].Place(id, Deployment.Server, null),
        });
        await PrivateCluster.ExecuteAsync(each.Deployment.SharedDatabase, left.Replace("{name}", TenantNames.For(id), StringComparison.Ordinal));
        using (each.Deployment.Tenants.Enter(each.Deployment.Catalog.Current.Tenants.First(tenant => tenant.Id == id)))
            await Assert.ThrowsAsync<TenantUnavailableException>(async () => await each.Deployment.Data.OpenConnectionAsync());
        var created = await each.Deployment.CreateAsync(isolation, slug.Value);
        Assert.Equal(id, created.Id);
        using var scope = each.Deployment.Tenants.Enter(created);
        await using var connection = await each.Deployment.Data.OpenConnectionAsync();
        Assert.Equal(0L, await connection.ScalarAsync("select count(*) from notes"));
    }

    [Fact]
    public async Task Specifications_that_cannot_be_met_are_refused()
    {
        var slug = TenantSlug.Parse("never-made");
        foreach (var wrong in new TenantSpecification[]
                 {
                     new(slug, "", "any"), new(slug, " ", "any"), new(slug, new string('x', 201), "any"), new(slug, "x", "none"), new(default, "x", "any"),
                     new(slug, "x", "any") { Server = "elsewhere" },
                 })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => each.Deployment.Lifecycle.CreateAsync(wrong));
        }

        Assert.False(each.Deployment.Catalog.Current.TryFind(slug, out _));
        await Assert.ThrowsAsync<TenantConflictException>(() => each.Deployment.CreateAsync(TenantIsolation.Row, each[TenantIsolation.Row].Slug.Value));
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task A_suspended_tenant_is_served_again_once_it_is_resumed(TenantIsolation isolation)
    {
        var tenant = await each.Deployment.CreateAsync(isolation);
        using var scope = each.Deployment.Tenants.Enter(tenant);
        await each.Deployment.Lifecycle.SuspendAsync(tenant.Id);
        var refusal = await Assert.ThrowsAsync<TenantUnavailableException>(async () => await each.Deployment.Data.OpenConnectionAsync());
        Assert.Equal(TenantStatus.Suspended, refusal.Status);
        await each.Deployment.Lifecycle.ResumeAsync(tenant.Id);
        await (await each.Deployment.Data.OpenConnectionAsync()).DisposeAsync();
    }
}
