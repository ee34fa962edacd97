using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>Checks <see cref="MeteringOptions"/>.</summary>
internal sealed class MeteringOptionsValidator : IValidateOptions<MeteringOptions>
{
    public ValidateOptionsResult Validate(string? name, MeteringOptions options)
    {
        var result = new ValidateOptionsResultBuilder();
        foreach (var mistake in options.Mistakes)
            result.AddError(mistake);
        Check(nameof(options.FlushInterval), options.FlushInterval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Check(nameof(options.KeepMinutes), options.KeepMinutes, TimeSpan.FromHours(1), TimeSpan.FromDays(35));
        Check(nameof(options.KeepHours), options.KeepHours, Max(TimeSpan.FromDays(1), options.KeepMinutes), TimeSpan.FromDays(400));
        if (options.KeepDays is { } days)
            Check(nameof(options.KeepDays), days, Max(TimeSpan.FromDays(62), options.KeepHours), TimeSpan.FromDays(36_500));
        Check(nameof(options.ForecastHorizon), options.ForecastHorizon, TimeSpan.FromDays(1), TimeSpan.FromDays(90));
        return result.Build();

        void Check(string key, TimeSpan value, TimeSpan min, TimeSpan max)
        {
            if (value < min || value > max)
                result.AddError(Mistake.At($"{options.Path}:{key}", value, $"Give a time from {min} to {max}."));
        }
    }

    static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
