namespace Tenancy;

/// <summary>How it is measured what tenants store. Read from <c>Tenancy:Postgres:Storage</c>.</summary>
public sealed class StorageOptions
{
    /// <summary>The default of <see cref="Interval"/>: 1 minute.</summary>
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How often what tenants with a quota store is measured, and heard of. What a tenant writes in this time may come on top
    /// of its quota and grace.
    /// </summary>
    /// <value>Default: 1 minute. Range: 1 second to 1 hour.</value>
    public TimeSpan Interval { get; set; } = DefaultInterval;

    internal void Read(SectionReader section)
    {
        Interval = section.Time("Interval") ?? Interval;
        section.NoteUnknown();
    }
}
