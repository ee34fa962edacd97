namespace Tenancy;

/// <summary>What is removed from tenants' tables by itself. Read from <c>Tenancy:Postgres:Cleanup</c>.</summary>
public sealed class CleanupOptions
{
    /// <summary>The default of <see cref="Every"/>: 1 day.</summary>
    public static readonly TimeSpan DefaultEvery = TimeSpan.FromDays(1);

    /// <summary>Whether it is only counted, and logged, what would be removed.</summary>
    /// <value>Default: true.</value>
    public bool DryRun { get; set; } = true;

    /// <summary>How often one of all processes goes through the tenants.</summary>
    /// <value>Default: 1 day. Range: 1 hour to 35 days.</value>
    public TimeSpan Every { get; set; } = DefaultEvery;

    /// <summary>What is kept for how long, in the order in which tables are gone through. Default: none, nothing is removed.</summary>
    public IList<RetentionPolicy> Tables { get; } = [];

    internal void Read(SectionReader section)
    {
        DryRun = section.Boolean("DryRun") ?? DryRun;
        Every = section.Time("Every") ?? Every;
        foreach (var (_, part) in section.Sections("Tables"))
        {
            var (table, column, keep) = (part.Text("Table"), part.Text("Column"), part.Time("Keep"));
            part.NoteUnknown();
            var policy = new RetentionPolicy(table ?? "", column ?? "", keep ?? TimeSpan.Zero);
            if (policy.Mistake() is { } mistake)
                part.Note($"Give Table, Column and Keep. {mistake}");
            else
                Tables.Add(policy);
        }

        section.NoteUnknown();
    }
}
