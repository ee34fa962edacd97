using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Tenancy.AspNetCore.Tests;

public sealed class CatalogHealthTests
{
    static readonly DateTimeOffset Start = new(2026, 9, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(-5, HealthStatus.Healthy, "0 s ago")]
    [InlineData(0, HealthStatus.Healthy, "0 s ago")]
    [InlineData(60, HealthStatus.Healthy, "60 s ago")]
    [InlineData(60.1, HealthStatus.Unhealthy, "60.1 s ago; 60 s are allowed. Check that")]
    [InlineData(86400, HealthStatus.Unhealthy, "86400 s ago; 60 s are allowed. Check that")]
    public async Task The_catalog_is_unhealthy_when_it_is_older_than_a_minute(
        double seconds, HealthStatus status, string description)
    {
        var time = new ManualTime(Start);
        await using var host = await HostWith(time);
        host.Catalog.Current = host.Catalog.Current.With([], [], null, 2, Start);
        time.Now = Start.AddSeconds(seconds);
        var (entry, _) = await Check(host);
        Assert.Equal(status, entry.Status);
        Assert.Contains(description, entry.Description, StringComparison.Ordinal);
        Assert.DoesNotContain("acme", entry.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_catalog_is_unhealthy_before_it_was_read()
    {
        await using var host = await HostWith(new ManualTime(Start));
        host.Catalog.Current = TenantCatalogSnapshot.Empty;
        var (entry, overall) = await Check(host);
        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.Equal(HealthStatus.Unhealthy, overall);
        Assert.Contains("has not been read yet. Check that", entry.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_tags_and_age_can_be_chosen()
    {
        var time = new ManualTime(Start.AddMinutes(4));
        await using var host = await HostWith(time, health =>
            health.AddTenancyCatalog("registry", ["live"], TimeSpan.FromMinutes(5)));
        host.Catalog.Current = host.Catalog.Current.With([], [], null, 2, Start);
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        var (name, entry) = Assert.Single(report.Entries);
        Assert.Equal("registry", name);
        Assert.Equal(["live"], entry.Tags);
        Assert.Equal(HealthStatus.Healthy, entry.Status);
    }

    [Fact]
    public async Task The_usual_check_is_tagged_ready()
    {
        await using var host = await HostWith(new ManualTime(Start));
        var (entry, _) = await Check(host);
        Assert.Equal(["ready"], entry.Tags);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void An_age_that_is_not_above_zero_is_refused(int seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>("maxAge", () =>
            new ServiceCollection().AddHealthChecks().AddTenancyCatalog(maxAge: TimeSpan.FromSeconds(seconds)));

    [Fact]
    public async Task The_health_endpoint_answers_503_while_the_catalog_is_not_there()
    {
        await using var host = await HostWith(new ManualTime(Start));
        host.Catalog.Current = TenantCatalogSnapshot.Empty;
        using var response = await host.GetAsync("/health", "org=nobody");
        Assert.Equal(503, (int)response.StatusCode);
    }

    static Task<TestHost> HostWith(TimeProvider time, Action<IHealthChecksBuilder>? add = null) => TestHost.StartAsync(
        app => app.MapHealthChecks("/health").WithoutTenant(),
        services: services =>
        {
            services.AddSingleton(time);
            var health = services.AddHealthChecks();
            if (add is null)
                health.AddTenancyCatalog();
            else
                add(health);
        });

    static async Task<(HealthReportEntry Entry, HealthStatus Overall)> Check(TestHost host)
    {
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        return (report.Entries["tenancy-catalog"], report.Status);
    }

    sealed class ManualTime(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
