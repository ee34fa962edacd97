using Microsoft.Extensions.Configuration;

namespace Tenancy;

/// <summary>Reads <see cref="LimitOptions"/> from the part of the section that is ours.</summary>
internal static class LimitOptionsReader
{
    public static void Read(IConfigurationSection section, LimitOptions options)
    {
        options.Path = section.Path;
        var reader = new SectionReader(section, options.Mistakes);
        options.Mode = reader.Choice<LimitMode>("Mode") ?? options.Mode;
        options.Horizon = reader.Time("Horizon") ?? options.Horizon;
        options.WhenAway = reader.Choice<LedgerAwayPolicy>("WhenAway") ?? options.WhenAway;
        options.AwayAfter = reader.Time("AwayAfter") ?? options.AwayAfter;
        if (reader.Section("UnknownCallers") is { } callers)
        {
            var (perSecond, burst) = (callers.Integer("PerSecond"), callers.Integer("Burst"));
            callers.NoteUnknown();
            if (perSecond is not >= 1)
                options.Mistakes.Add(Mistake.At($"{callers.Path}:PerSecond", perSecond, "Give a whole number from 1 on."));
            else if (burst < 1)
                options.Mistakes.Add(Mistake.At($"{callers.Path}:Burst", burst, "Give a whole number from 1 on, or leave it out."));
            else
                options.UnknownCallers = RateLimit.PerSecond(perSecond.Value, burst);
        }

        reader.NoteUnknown();
    }
}
