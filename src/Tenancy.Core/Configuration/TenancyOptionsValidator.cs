using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Checks <see cref="TenancyOptions"/>: what was noted while reading, and every limit.</summary>
internal sealed partial class TenancyOptionsValidator : IValidateOptions<TenancyOptions>
{
    readonly TierValidator _tiers = new();
    readonly QuotaValidator _quotas = new();

    public ValidateOptionsResult Validate(string? name, TenancyOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        foreach (var mistake in options.Mistakes)
            result.AddError(mistake);
        foreach (var (tierName, tier) in options.Tiers)
        {
            var path = $"{options.Path}:Tiers:{tierName}";
            if (!TierName().IsMatch(tierName))
                result.AddError($"{path} is not a tier name. Give 1 to 40 characters of a-z, 0-9 and '-'.");
            else if (!string.Equals(tier.Name, tierName, StringComparison.Ordinal))
                result.AddError($"{path} holds a tier named '{tier.Name}'. Give both the same name.");
            if (tier.Requests is { Burst: not null, PerSecond: null })
                result.AddError($"{path}:Requests:Burst is '{tier.Requests.Burst}' without PerSecond. Give both, or neither.");
            result.AddResult(_tiers.Validate(path, tier));
            foreach (var (meter, limits) in tier.Quotas ?? new Dictionary<string, QuotaLimits>())
                CheckQuota($"{path}:Quotas:{meter}", meter, limits, result);
        }

        return result.Build();
    }

    void CheckQuota(string path, string meter, QuotaLimits limits, ValidateOptionsResultBuilder result)
    {
        if (!TierName().IsMatch(meter))
            result.AddError($"{path} is not the name of a quota. Give 1 to 40 characters of a-z, 0-9 and '-'.");
        else if (meter == LimitMeters.Requests)
            result.AddError($"{path} counts what Requests counts. Give PerSecond, Burst, PerDay and PerMonth there.");
        if (limits is { Burst: not null, PerSecond: null })
            result.AddError($"{path}:Burst is '{limits.Burst}' without PerSecond. Give both, or neither.");
        result.AddResult(_quotas.Validate(path, limits));
    }

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,39}\z")]
    private static partial Regex TierName();
}
