using Microsoft.Extensions.Options;

namespace Inbox.Scans;

/// <summary>Checks the options, and lists every mistake.</summary>
sealed class ScanOptionsValidator(IConfiguration configuration) : IValidateOptions<ScanOptions>
{
    static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(50);

    public ValidateOptionsResult Validate(string? name, ScanOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        Check(nameof(options.Workers), options.Workers, 0, 64);
        Check(nameof(options.Lease), options.Lease, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        Check(nameof(options.PollInterval), options.PollInterval, LeastWait, TimeSpan.FromMinutes(1));
        Check(nameof(options.MaxAttempts), options.MaxAttempts, 1, 100);
        Check(nameof(options.RetryDelay), options.RetryDelay, LeastWait, TimeSpan.FromMinutes(5));
        Check(nameof(options.EventsFor), options.EventsFor, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Check(nameof(options.MaxUploadBytes), options.MaxUploadBytes, 128L << 20, 64L << 30);
        CheckLimits(nameof(options.Limits), options.Limits);
        var tiers = configuration.GetSection("Tenancy:Tiers").GetChildren().Select(tier => tier.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (tier, limits) in options.Tiers)
        {
            if (!tiers.Contains(tier))
                result.AddError($"Scans:Tiers:{tier} is for no tier. Give one of: {string.Join(", ", tiers.Order(StringComparer.Ordinal))}.");
            CheckLimits($"Tiers:{tier}", limits);
        }

        return result.Build();

        void CheckLimits(string path, ScanLimits limits)
        {
            Check($"{path}:{nameof(limits.MaxBytes)}", limits.MaxBytes, 1024, 64 * 1024 * 1024);
            Check($"{path}:{nameof(limits.MaxPages)}", limits.MaxPages, 1, 10_000);
        }

        void Check<T>(string key, T value, T least, T most) where T : IComparable<T>
        {
            if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
                result.AddError($"Scans:{key} is '{value}'. Give {least} to {most}.");
        }
    }
}
