using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Tenancy.EntityFrameworkCore.Tests;

/// <summary>The tenant as a named query filter, beside the policy that needs none.</summary>
public sealed class FilterTests : IAsyncLifetime
{
    readonly List<Tenant> _tenants = [];
    Deployment? _deployment;

    public static TheoryData<TenantIsolation> Isolations => ShopFixture.Isolations;

    public async Task InitializeAsync()
    {
        _deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Configure = services =>
            {
                services.AddPooledTenantDbContextFactory<Notes>(poolSize: 1);
                services.AddTenantDbContextFactory<ByConvention>();
            },
        });
    }

    public async Task DisposeAsync() => await _deployment!.DisposeAsync();

    [Theory, MemberData(nameof(Isolations))]
    public async Task Each_query_is_filtered_by_the_tenant_then_in_scope(TenantIsolation isolation)
    {
        await SeedAsync(isolation);
        for (var round = 0; round < 6; round++)
        {
            var tenant = _tenants[round % 2];
            using var scope = _deployment!.Tenants.Enter(tenant);
            await using var notes = await Factory.CreateDbContextAsync();
            var query = notes.Set<Note>().OrderBy(note => note.Id);
            Assert.Contains("tenant_id = @", query.ToQueryString(), StringComparison.Ordinal);
            Assert.Contains(tenant.Id.ToString(), query.ToQueryString(), StringComparison.Ordinal);
            Assert.Equal([$"1 {tenant.Slug}", $"2 {tenant.Slug}"], (await query.ToListAsync()).Select(note => $"{note.Id} {note.Mark}"));
            Assert.All(await query.ToListAsync(), note => Assert.Equal(tenant.Id.Value, note.TenantId));
            Assert.Equal(2, await notes.Set<Note>().Where(note => note.Size == 0).ExecuteUpdateAsync(set => set.SetProperty(note => note.Size, 1)));
            Assert.Equal(2, await notes.Set<Note>().ExecuteUpdateAsync(set => set.SetProperty(note => note.Size, 0)));
        }
    }

    [Theory, MemberData(nameof(Isolations))]
    public async Task Without_the_filter_the_policy_still_holds(TenantIsolation isolation)
    {
        await SeedAsync(isolation);
        foreach (var tenant in _tenants)
        {
            using var scope = _deployment!.Tenants.Enter(tenant);
            await using var notes = await Factory.CreateDbContextAsync();
            var query = notes.Set<Note>().IgnoreQueryFilters([TenantFilter.Name]).OrderBy(note => note.Id);
            Assert.DoesNotContain("tenant_id =", query.ToQueryString(), StringComparison.Ordinal);
            Assert.Equal([tenant.Slug.Value, tenant.Slug.Value], (await query.ToListAsync()).Select(note => note.Mark));
            Assert.Equal(0, await notes.Set<Note>().IgnoreQueryFilters([TenantFilter.Name])
                .Where(note => note.TenantId != tenant.Id.Value).ExecuteDeleteAsync());
        }
    }

    [Fact]
    public async Task The_server_fills_the_tenant_in_and_nobody_else_can()
    {
        await SeedAsync(TenantIsolation.Row);
        using var scope = _deployment!.Tenants.Enter(_tenants[0]);
        await using var notes = await Factory.CreateDbContextAsync();
        var note = new Note { Id = 50, Mark = "mine", TenantId = _tenants[1].Id.Value };
        notes.Add(note);
        await notes.SaveChangesAsync();
        Assert.Equal(_tenants[0].Id.Value, note.TenantId);
        note.TenantId = _tenants[1].Id.Value;
        await Assert.ThrowsAsync<InvalidOperationException>(() => notes.SaveChangesAsync());
    }

    [Fact]
    public async Task A_model_is_filtered_as_a_whole()
    {
        await SeedAsync(TenantIsolation.Row);
        using var scope = _deployment!.Tenants.Enter(_tenants[1]);
        await using var notes = await _deployment.Services.GetRequiredService<IDbContextFactory<ByConvention>>().CreateDbContextAsync();
        Assert.Contains("tenant_id", notes.Set<Note>().ToQueryString(), StringComparison.Ordinal);
        Assert.DoesNotContain("tenant_id", notes.Set<Untenanted>().ToQueryString(), StringComparison.Ordinal);
        Assert.Equal(2, await notes.Set<Note>().CountAsync());
    }

    [Fact]
    public async Task Without_a_tenant_a_filtered_query_is_refused()
    {
        await using var notes = await Factory.CreateDbContextAsync();
        await Assert.ThrowsAsync<NoTenantException>(() => notes.Set<Note>().CountAsync());
    }

    /// <summary>The negative control: the value belongs to the query, and one that is not the tenant's finds nothing.</summary>
    [Fact]
    public async Task A_filter_on_another_value_finds_nothing()
    {
        await SeedAsync(TenantIsolation.Row);
        using var scope = _deployment!.Tenants.Enter(_tenants[0]);
        await using var notes = await Factory.CreateDbContextAsync();
        Assert.Empty(await notes.Set<Note>().IgnoreQueryFilters([TenantFilter.Name])
            .Where(note => note.TenantId == _tenants[1].Id.Value).ToListAsync());
    }

    IDbContextFactory<Notes> Factory => _deployment!.Services.GetRequiredService<IDbContextFactory<Notes>>();

    async Task SeedAsync(TenantIsolation isolation)
    {
        for (var n = 0; n < 2; n++)
        {
            var tenant = await _deployment!.CreateAsync(isolation);
            _tenants.Add(tenant);
            using var scope = _deployment.Tenants.Enter(tenant);
            await using var notes = await Factory.CreateDbContextAsync();
            notes.AddRange(new Note { Id = 1, Mark = tenant.Slug.Value }, new Note { Id = 2, Mark = tenant.Slug.Value });
            await notes.SaveChangesAsync();
        }
    }

    public sealed class Note
    {
        public long Id { get; set; }

        public required string Mark { get; set; }

        public int Size { get; set; }

        public Guid TenantId { get; set; }
    }

    public sealed class Untenanted
    {
        public Guid Id { get; set; }
    }

    public sealed class Notes(DbContextOptions<Notes> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Note>(note =>
        {
            note.ToTable("notes").HasTenant(n => n.TenantId);
            note.Property(n => n.Id).HasColumnName("id").ValueGeneratedNever();
            note.Property(n => n.Mark).HasColumnName("mark");
            note.Property(n => n.Size).HasColumnName("size");
        });
    }

    public sealed class ByConvention(DbContextOptions<ByConvention> options) : DbContext(options)
    {
        protected override void OnModelCreating(ModelBuilder modelBuilder)
        {
            modelBuilder.Entity<Note>(note =>
            {
                note.ToTable("notes");
                note.Property(n => n.Id).HasColumnName("id");
                note.Property(n => n.Mark).HasColumnName("mark");
                note.Property(n => n.Size).HasColumnName("size");
                note.Property(n => n.TenantId).HasColumnName("tenant_id");
            });
            modelBuilder.Entity<Untenanted>().ToTable("documents");
            modelBuilder.FilterByTenant();
        }
    }
}
