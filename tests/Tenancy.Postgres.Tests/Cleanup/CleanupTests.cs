using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Tenancy.Postgres.Tests;

/// <summary>What a dry run counts is what is removed, of one tenant and no other.</summary>
public sealed class CleanupTests(CleanupTests.Tenants tenants) : IClassFixture<CleanupTests.Tenants>
{
    static readonly RetentionPolicy[] Policies = [new("documents", "created", TimeSpan.FromDays(30))];

    public static TheoryData<TenantIsolation> Isolations => TenantOfEach.Isolations;

    [Theory]
    [MemberData(nameof(Isolations))]
    public async Task A_dry_run_equals_the_real_one(TenantIsolation isolation)
    {
        var (one, other) = (await tenants.CreateAsync(isolation), await tenants.CreateAsync(isolation));
        var cleanup = tenants.Deployment.Services.GetRequiredService<ITenantCleanup>();
        var planned = await cleanup.PlanAsync(one, Policies);
        Assert.Equal(12_000, Assert.Single(planned.Items).Rows);
        Assert.Equal(12_010, await tenants.CountAsync(one));

        // One that comes before the very time, and one after it, between the two runs.
        await tenants.AddAsync(one, planned.Items[0].Before.AddMicroseconds(-1));
        await tenants.AddAsync(one, planned.Items[0].Before);
        var done = await cleanup.RunAsync(planned);
        Assert.Equal(12_001, Assert.Single(done.Items).Rows);
        Assert.Equal(11, await tenants.CountAsync(one));
        Assert.Equal(12_010, await tenants.CountAsync(other));
        Assert.Equal(0, (await cleanup.RunAsync(planned)).Items[0].Rows);
    }

    [Fact]
    public async Task By_itself_it_only_says_what_it_would_remove_until_it_is_told_to()
    {
        var tenant = await tenants.CreateAsync(TenantIsolation.Row);
        var service = tenants.Deployment.Services.GetServices<IHostedService>().OfType<CleanupService>().Single();
        await service.CleanAsync(default);
        Assert.Equal(12_010, await tenants.CountAsync(tenant));
        Assert.Contains(tenants.Deployment.Options.Logs.Messages, message =>
            message.Contains("Would remove 12000 rows of documents", StringComparison.Ordinal) && message.Contains(tenant.Id.ToString(), StringComparison.Ordinal));
        var settings = tenants.Deployment.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<PostgresOptions>>().Value.Cleanup;
        settings.DryRun = false;
        await service.CleanAsync(default);
        settings.DryRun = true;
        Assert.Equal(10, await tenants.CountAsync(tenant));
    }

    [Theory]
    [InlineData("", "created", 1)]
    [InlineData("documents", "a\0b", 1)]
    [InlineData("documents", "created", 0)]
    [InlineData("documents", "created", -1)]
    public async Task What_cannot_be_is_refused(string table, string column, int days)
    {
        var tenant = await tenants.Deployment.CreateAsync(TenantIsolation.Row);
        await Assert.ThrowsAsync<ArgumentException>(() => tenants.Deployment.Services.GetRequiredService<ITenantCleanup>()
            .PlanAsync(tenant, [new RetentionPolicy(table, column, TimeSpan.FromDays(days))]));
    }

    public sealed class Tenants : IAsyncLifetime
    {
        public Deployment Deployment { get; private set; } = null!;

        public async Task InitializeAsync() => Deployment = await Deployment.StartAsync(new DeploymentOptions
        {
            Settings = new()
            {
                ["Tenancy:Postgres:Cleanup:Tables:0:Table"] = "documents",
                ["Tenancy:Postgres:Cleanup:Tables:0:Column"] = "created",
                ["Tenancy:Postgres:Cleanup:Tables:0:Keep"] = "30.00:00:00",
            },
        });

        public async Task DisposeAsync() => await Deployment.DisposeAsync();

        /// <summary>A tenant with 12,000 documents of last year and 10 of today.</summary>
        public async Task<Tenant> CreateAsync(TenantIsolation isolation)
        {
            var tenant = await Deployment.CreateAsync(isolation);
            await using var connection = await OpenAsync(tenant);
            await connection.Command(
                "insert into documents (title, created) select 'a', now() - case when n <= 12000 then interval '1 year' else interval '1 minute' end from generate_series(1, 12010) as n").ExecuteNonQueryAsync();
            return tenant;
        }

        public async Task AddAsync(Tenant tenant, DateTimeOffset created)
        {
            await using var connection = await OpenAsync(tenant);
            await connection.Command("insert into documents (title, created) values ('a', $1)", created).ExecuteNonQueryAsync();
        }

        public async Task<long> CountAsync(Tenant tenant)
        {
            await using var connection = await OpenAsync(tenant);
            return (long)(await connection.ScalarAsync("select count(*) from documents"))!;
        }

        async Task<TenantConnection> OpenAsync(Tenant tenant)
        {
            using var scope = Deployment.Tenants.Enter(tenant);
            return await Deployment.Data.OpenConnectionAsync();
        }
    }
}
