using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Checks <see cref="LimitOptions"/>.</summary>
internal sealed class LimitOptionsValidator : IValidateOptions<LimitOptions>
{
    public ValidateOptionsResult Validate(string? name, LimitOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        foreach (var mistake in options.Mistakes)
            result.AddError(mistake);
        Check(nameof(options.Horizon), options.Horizon, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(1));
        Check(nameof(options.AwayAfter), options.AwayAfter, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        if (!Enum.IsDefined(options.Mode))
            result.AddError(Mistake.At($"{options.Path}:Mode", options.Mode, "Give one of: local, lenient, strict."));
        if (!Enum.IsDefined(options.WhenAway))
            result.AddError(Mistake.At($"{options.Path}:WhenAway", options.WhenAway, "Give one of: localshare, open, closed."));
        if (options.UnknownCallers == default(RateLimit))
            result.AddError($"{options.Path}:UnknownCallers is empty. Make one with RateLimit.PerSecond, or leave it out.");
        return result.Build();

        void Check(string key, TimeSpan value, TimeSpan min, TimeSpan max)
        {
            if (value < min || value > max)
                result.AddError(Mistake.At($"{options.Path}:{key}", value, $"Give a time from {min} to {max}."));
        }
    }
}
