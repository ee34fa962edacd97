namespace Tenancy;

/// <summary>How usage is counted and kept. Read at start from <c>Tenancy:Metering</c>; a mistake stops the host with all mistakes listed.</summary>
public sealed class MeteringOptions
{
    /// <summary>The default of <see cref="FlushInterval"/>: 10 seconds.</summary>
    public static readonly TimeSpan DefaultFlushInterval = TimeSpan.FromSeconds(10);

    /// <summary>The default of <see cref="KeepMinutes"/>: 3 days.</summary>
    public static readonly TimeSpan DefaultKeepMinutes = TimeSpan.FromDays(3);

    /// <summary>The default of <see cref="KeepHours"/>: 35 days.</summary>
    public static readonly TimeSpan DefaultKeepHours = TimeSpan.FromDays(35);

    /// <summary>The default of <see cref="ForecastHorizon"/>: 14 days.</summary>
    public static readonly TimeSpan DefaultForecastHorizon = TimeSpan.FromDays(14);

    /// <summary>Whether usage is counted and written.</summary>
    /// <value>Default: true, where there is a ledger, such as PostgreSQL's.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>How often what was counted is written. A process that is killed loses at most so much.</summary>
    /// <value>Default: 10 seconds. Range: 1 second to 1 minute.</value>
    public TimeSpan FlushInterval { get; set; } = DefaultFlushInterval;

    /// <summary>For how long minutes are kept apart; then they are summed up by the hour.</summary>
    /// <value>Default: 3 days. Range: 1 hour to 35 days.</value>
    public TimeSpan KeepMinutes { get; set; } = DefaultKeepMinutes;

    /// <summary>For how long hours are kept apart; then they are summed up by the day.</summary>
    /// <value>Default: 35 days. Range: 1 day to 400 days, and no less than <see cref="KeepMinutes"/>.</value>
    public TimeSpan KeepHours { get; set; } = DefaultKeepHours;

    /// <summary>For how long days are kept.</summary>
    /// <value>Default: none, for ever. Range: 62 days to 36,500 days, and no less than <see cref="KeepHours"/>.</value>
    public TimeSpan? KeepDays { get; set; }

    /// <summary>How long before a quota is reached, by the trend of 30 days, somebody is told. See <see cref="IUsageObserver"/>.</summary>
    /// <value>Default: 14 days. Range: 1 day to 90 days.</value>
    public TimeSpan ForecastHorizon { get; set; } = DefaultForecastHorizon;

    /// <summary>Where in configuration these options stand, for messages.</summary>
    internal string Path { get; set; } = TenancyOptions.DefaultSection + ":Metering";

    /// <summary>What was wrong while configuration was read.</summary>
    internal List<string> Mistakes { get; } = [];
}
