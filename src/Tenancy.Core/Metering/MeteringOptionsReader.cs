using Microsoft.Extensions.Configuration;

namespace Tenancy;

/// <summary>Reads <see cref="MeteringOptions"/> from the part of the section that is ours.</summary>
internal static class MeteringOptionsReader
{
    public static void Read(IConfigurationSection section, MeteringOptions options)
    {
        options.Path = section.Path;
        var reader = new SectionReader(section, options.Mistakes);
        options.Enabled = reader.Boolean("Enabled") ?? options.Enabled;
        options.FlushInterval = reader.Time("FlushInterval") ?? options.FlushInterval;
        options.KeepMinutes = reader.Time("KeepMinutes") ?? options.KeepMinutes;
        options.KeepHours = reader.Time("KeepHours") ?? options.KeepHours;
        options.KeepDays = reader.Time("KeepDays") ?? options.KeepDays;
        options.ForecastHorizon = reader.Time("ForecastHorizon") ?? options.ForecastHorizon;
        reader.NoteUnknown();
    }
}
