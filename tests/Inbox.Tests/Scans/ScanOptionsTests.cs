using Inbox.Scans;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Inbox.Tests.Scans;

/// <summary>Options that cannot be right stop the host at start, with every mistake.</summary>
public sealed class ScanOptionsTests
{
    [Fact]
    public void All_mistakes_are_listed_with_key_value_and_remedy()
    {
        var error = Assert.Throws<OptionsValidationException>(() => Read(
            ("Workers", "65"), ("Lease", "00:00:00.5"), ("PollInterval", "00:02:00"), ("MaxAttempts", "0"), ("RetryDelay", "00:00:00"), ("EventsFor", "02:00:00"), ("MaxUploadBytes", "1"),
            ("Limits:MaxBytes", "1"), ("Tiers:starter:MaxPages", "0"), ("Tiers:nobody:MaxPages", "1")));
        foreach (var mistake in (string[])
                 [
                     "Scans:Workers is '65'. Give 0 to 64.", "Scans:Lease is '00:00:00.5000000'. Give 00:00:01 to 00:10:00.", "Scans:PollInterval is '00:02:00'.",
                     "Scans:MaxAttempts is '0'. Give 1 to 100.", "Scans:RetryDelay is '00:00:00'.", "Scans:EventsFor is '02:00:00'.", "Scans:MaxUploadBytes is '1'. Give 134217728 to 68719476736.",
                     "Scans:Limits:MaxBytes is '1'. Give 1024 to 67108864.", "Scans:Tiers:starter:MaxPages is '0'.", "Scans:Tiers:nobody is for no tier. Give one of: starter.",
                 ])
            Assert.Contains(error.Failures, failure => failure.Contains(mistake, StringComparison.Ordinal));
        Assert.Equal(10, error.Failures.Count());
    }

    [Fact]
    public void A_key_that_does_not_exist_is_no_setting() =>
        Assert.Contains("Worker", Assert.Throws<InvalidOperationException>(() => Read(("Worker", "1"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_tier_without_limits_of_its_own_has_those_of_all()
    {
        var options = Read(("Limits:MaxPages", "7"), ("Tiers:starter:MaxPages", "3"));
        Assert.Equal((3, 7), (options.LimitsOf("starter").MaxPages, options.LimitsOf("enterprise").MaxPages));
        Assert.Equal((2, 50), (Read().Workers, Read().LimitsOf("starter").MaxPages));
    }

    static ScanOptions Read(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [.. settings.Select(setting => new KeyValuePair<string, string?>($"Scans:{setting.Key}", setting.Value)), new("Tenancy:Tiers:starter:Isolation", "row")]).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration);
        services.AddScans(configuration.GetSection(ScanOptions.Section));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<ScanOptions>>().Value;
    }
}
