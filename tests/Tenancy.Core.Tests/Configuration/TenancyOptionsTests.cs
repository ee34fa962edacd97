using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Tenancy.Core.Tests;

/// <summary>Configuration as a host reads it at its start.</summary>
public sealed class TenancyOptionsTests
{
    static IHost Host(Dictionary<string, string?> settings, Action<IServiceCollection>? more = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddTenancy(builder.Configuration.GetSection("Tenancy"));
        more?.Invoke(builder.Services);
        return builder.Build();
    }

    static async Task<IReadOnlyList<string>> MistakesAsync(params (string Key, string? Value)[] settings)
    {
        using var host = Host(settings.ToDictionary(pair => "Tenancy:" + pair.Key, pair => pair.Value));
        return [.. (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync())).Failures];
    }

    [Theory]
    [InlineData("Tiers:any:Isolation", "shared", "'shared'", "row, schema, database")]
    [InlineData("Tiers:any:Isolation", "1", "'1'", "row, schema, database")]
    [InlineData("Tiers:any:Isolation", "row,schema", "'row,schema'", "row, schema, database")]
    [InlineData("Tiers:any:Isolation", "", "''", "row, schema, database")]
    [InlineData("Tiers:any:Isolation:Kind", "row", "object", "row, schema, database")]
    [InlineData("Tiers:any:Requests", "100", "'100'", "object")]
    [InlineData("Tiers:any:Requests:PerSecond", "0", "'0'", "1 to 1,000,000")]
    [InlineData("Tiers:any:Requests:PerSecond", "1e3", "'1e3'", "whole number")]
    [InlineData("Tiers:any:Requests:PerSecond", "99999999999", "'99999999999'", "whole number")]
    [InlineData("Tiers:any:Requests:PerSecond:Value", "5", "object", "whole number")]
    [InlineData("Tiers:any:Requests:Burst", "5", "'5'", "PerSecond")]
    [InlineData("Tiers:any:Requests:Rate", "5", "not a known key", "PerSecond, or Burst")]
    [InlineData("Tiers:any:Queries:MaxConcurrent", "10001", "'10001'", "1 to 10,000")]
    [InlineData("Tiers:any:Queries:MaxConcurrentOverall", "1001", "'1001'", "1 to 1,000")]
    [InlineData("Tiers:any:MaxRequestBytes", "0", "'0'", "bytes")]
    [InlineData("Tiers:any:Queries:Timeout", "30", "'30.00:00:00'", "1.00:00:00")]
    [InlineData("Tiers:any:Queries:Timeout", "30s", "'30s'", "00:00:30")]
    [InlineData("Tiers:any:Queries:Timeout", "00:00:00", "'00:00:00'", "00:00:00.001")]
    [InlineData("Tiers:any:Queries:MaxResultBytes", "-1", "'-1'", "bytes")]
    [InlineData("Tiers:any:Queries:IdleInTransaction", "00:00:00", "'00:00:00'", "00:00:00.001")]
    [InlineData("Tiers:any:Queries:WorkMemoryBytes", "65535", "'65535'", "65,536")]
    [InlineData("Tiers:any:Queries:MaxTemporaryBytes", "1023", "'1023'", "1,024")]
    [InlineData("Tiers:any:Storage:QuotaBytes", "1125899906842625", "'1125899906842625'", "bytes")]
    [InlineData("Tiers:Gold:Isolation", "row", "not a tier name", "a-z")]
    [InlineData("Tiers:any:Colour", "red", "not a known key", "Isolation")]
    [InlineData("Tier:any:Isolation", "row", "not a known key", "Tiers")]
    [InlineData("Tiers", "any", "'any'", "object")]
    public async Task A_mistake_names_key_value_and_remedy(string key, string value, string shown, string remedy)
    {
        var mistakes = await MistakesAsync((key, value));
        var named = key.Split(':') is [.., "Kind" or "Value"] parts ? string.Join(':', parts[..^1]) : key;
        if (shown is "not a tier name")
            named = "Tiers:Gold";
        if (key.StartsWith("Tier:", StringComparison.Ordinal))
            named = "Tier";
        Assert.Contains(mistakes, mistake => mistake.Contains("Tenancy:" + named, StringComparison.Ordinal)
            && mistake.Contains(shown, StringComparison.Ordinal)
            && remedy.Split(", or ").All(part => mistake.Contains(part, StringComparison.Ordinal)));
        Assert.All(mistakes, mistake => Assert.EndsWith(".", mistake, StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_mistakes_are_listed_at_once()
    {
        var mistakes = await MistakesAsync(
            ("Tiers:one:Isolation", "1"), ("Tiers:one:Requests:PerSecond", "10"), ("Tiers:one:Requests:Burst", "-5"), ("Tiers:two:Queries:Timeout", "soon"),
            ("Tiers:two:Storage:QuotaBytes", "0"), ("Tiers:NOT:Isolation", "row"), ("Unknown", "x"));
        Assert.Equal(6, mistakes.Count);
        foreach (var part in new[] { "Tiers:one:Isolation", "Burst is '-5'", "Tiers:two:Queries:Timeout", "QuotaBytes is '0'", "Tiers:NOT", "Tenancy:Unknown", "1 to 1,000,000" })
            Assert.Contains(mistakes, mistake => mistake.Contains(part, StringComparison.Ordinal));
        Assert.Contains(mistakes, mistake => mistake.StartsWith("Tenancy:Tiers:one:Requests:Burst is", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_right_is_read()
    {
        using var host = Host(new()
        {
            ["Tenancy:Tiers:gold:Isolation"] = "Database",
            ["Tenancy:Tiers:gold:Requests:PerSecond"] = "100",
            ["Tenancy:Tiers:gold:Requests:Burst"] = "200",
            ["Tenancy:Tiers:gold:Queries:Timeout"] = "00:00:30",
            ["Tenancy:Tiers:gold:Queries:IdleInTransaction"] = "00:01:00",
            ["Tenancy:Tiers:gold:Queries:WorkMemoryBytes"] = "8388608",
            ["Tenancy:Tiers:gold:Queries:MaxTemporaryBytes"] = "1073741824",
            ["Tenancy:Tiers:gold:Queries:MaxConcurrentOverall"] = "4",
            ["Tenancy:Tiers:gold:Queries:MaxResultBytes"] = "5000",
            ["Tenancy:Tiers:gold:MaxRequestBytes"] = "6000",
            ["Tenancy:Tiers:gold:Storage:QuotaBytes"] = "1000",
            ["Tenancy:Postgres:Whatever"] = "read by another package",
            ["Tenancy:Tiers:free:Isolation"] = "row",
        });
        await host.StartAsync();
        var tiers = host.Services.GetRequiredService<IOptions<TenancyOptions>>().Value.Tiers;
        Assert.Equal(new Tier
        {
            Name = "gold",
            Isolation = TenantIsolation.Database,
            Requests = new RequestLimits { PerSecond = 100, Burst = 200 },
            Queries = new QueryLimits
            {
                Timeout = TimeSpan.FromSeconds(30), IdleInTransaction = TimeSpan.FromMinutes(1), WorkMemoryBytes = 8L << 20, MaxTemporaryBytes = 1L << 30,
                MaxConcurrentOverall = 4, MaxResultBytes = 5000,
            },
            MaxRequestBytes = 6000,
            Storage = new StorageLimits { QuotaBytes = 1000 },
        }, tiers["gold"]);
        Assert.Null(tiers["free"].Requests);
    }

    [Fact]
    public async Task A_tier_given_in_code_is_checked_as_well()
    {
        using var host = Host([], services => services.AddTenancy(options => options.Tiers["gold"] = new Tier { Name = "silver", Requests = new() { PerSecond = -1 } }));
        var failures = (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync())).Failures.ToList();
        Assert.Equal(2, failures.Count);
    }

    [Fact]
    public async Task Adding_tenancy_twice_is_harmless()
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Tenancy:Tiers:any:Isolation"] = "nonsense" });
        var section = builder.Configuration.GetSection("Tenancy");
        builder.Services.AddTenancy(section);
        builder.Services.AddTenancy(section);
        using var host = builder.Build();
        Assert.Single(host.Services.GetServices<ITenantContext>());
        var failures = (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync())).Failures;
        Assert.Single(failures.Distinct());
    }
}
