using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Tenancy.AspNetCore.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public async Task What_a_tenants_request_logs_carries_the_tenants_id()
    {
        await using var host = await TestHost.StartAsync(app =>
            app.MapGet("/me", (ILogger<TelemetryTests> logger) => logger.LogInformation("in the handler"))
                .RequireTenant());
        using var response = await host.GetAsync("/me", "org=acme");
        var entry = Assert.Single(host.Logs.Entries, entry => entry.Text == "in the handler");
        Assert.Contains($"tenant.id:{FixedCatalog.Acme.Id}", entry.Scopes);
    }

    [Fact]
    public async Task The_activity_of_a_tenants_request_carries_the_tenants_id()
    {
        object? tag = null;
        await using var host = await TestHost.StartAsync(app =>
            app.MapGet("/me", () => tag = Activity.Current?.GetTagItem("tenant.id")).RequireTenant());
        using var response = await host.GetAsync("/me", "org=acme");
        Assert.Equal(FixedCatalog.Acme.Id.ToString(), tag);
    }

    [Theory]
    [InlineData("nobody", 3000, "Refused a request: Unknown.")]
    [InlineData("x\nfail: forged", 3000, "Refused a request: Unknown.")]
    public async Task A_refusal_is_logged_with_its_outcome_and_nothing_the_caller_wrote(
        string slug, int id, string text)
    {
        await using var host = await TestHost.StartAsync(Organizations.Map);
        using var response = await host.GetAsync("/me", $"org={Uri.EscapeDataString(slug)}");
        var entry = Assert.Single(host.Logs.Entries, IsOurs);
        Assert.Equal((LogLevel.Information, id, text), (entry.Level, entry.Id.Id, entry.Text));
        Assert.DoesNotContain(entry.Scopes, scope => scope.Contains(slug, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refusal_by_status_is_logged_with_the_tenants_id()
    {
        await using var host = await TestHost.StartAsync(Organizations.Map);
        using var response = await host.GetAsync("/me", "org=sleepy");
        var entry = Assert.Single(host.Logs.Entries, IsOurs);
        Assert.Equal(3001, entry.Id.Id);
        Assert.Equal($"Refused a request of tenant {FixedCatalog.Sleepy.Id}: it is Suspended.", entry.Text);
    }

    static bool IsOurs(LogCollector.Entry entry) =>
        entry.Category.StartsWith("Tenancy.Tenan", StringComparison.Ordinal);
}
