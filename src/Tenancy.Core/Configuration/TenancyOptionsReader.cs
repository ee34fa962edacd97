using Microsoft.Extensions.Configuration;

namespace Tenancy;

/// <summary>Reads <see cref="TenancyOptions"/> from the section given to <c>AddTenancy</c>.</summary>
internal static class TenancyOptionsReader
{
    public static void Read(IConfigurationSection section, TenancyOptions options)
    {
        options.Path = section.Path;
        var reader = new SectionReader(section, options.Mistakes);
        foreach (var (name, tier) in reader.Sections("Tiers"))
            options.Tiers[name] = ReadTier(name, tier);

        // Other packages read, and check, their own part of the same section.
        reader.NoteUnknown("Postgres", "Http", "Ocr", "Limits", "Metering");
    }

    static Tier ReadTier(string name, SectionReader reader)
    {
        var tier = new Tier
        {
            Name = name,
            Isolation = reader.Choice<TenantIsolation>("Isolation") ?? TenantIsolation.Row,
            Requests = Limits(reader, "Requests", static part => new RequestLimits
            {
                PerSecond = part.Integer("PerSecond"),
                Burst = part.Integer("Burst"),
                PerDay = part.Long("PerDay"),
                PerMonth = part.Long("PerMonth"),
            }),
            MaxRequestBytes = reader.Long("MaxRequestBytes"),
            Queries = Limits(reader, "Queries", static part => new QueryLimits
            {
                MaxConcurrent = part.Integer("MaxConcurrent"),
                MaxConcurrentOverall = part.Integer("MaxConcurrentOverall"),
                Weight = part.Integer("Weight"),
                Timeout = part.Time("Timeout"),
                IdleInTransaction = part.Time("IdleInTransaction"),
                WorkMemoryBytes = part.Long("WorkMemoryBytes"),
                MaxTemporaryBytes = part.Long("MaxTemporaryBytes"),
                MaxResultBytes = part.Long("MaxResultBytes"),
            }),
            Storage = Limits(reader, "Storage", static part => new StorageLimits
            {
                QuotaBytes = part.Long("QuotaBytes"),
                GracePercent = part.Integer("GracePercent"),
                GracePeriod = part.Time("GracePeriod"),
                MaxRows = part.Long("MaxRows"),
                MaxTables = part.Long("MaxTables"),
            }),
            Quotas = ReadQuotas(reader),
        };
        reader.NoteUnknown();
        return tier;
    }

    static Dictionary<string, QuotaLimits>? ReadQuotas(SectionReader reader)
    {
        Dictionary<string, QuotaLimits>? quotas = null;
        foreach (var (name, part) in reader.Sections("Quotas"))
        {
            (quotas ??= new(StringComparer.Ordinal))[name] = new QuotaLimits
            {
                PerSecond = part.Long("PerSecond"),
                Burst = part.Long("Burst"),
                PerDay = part.Long("PerDay"),
                PerMonth = part.Long("PerMonth"),
            };
            part.NoteUnknown();
        }

        return quotas;
    }

    static T? Limits<T>(SectionReader reader, string key, Func<SectionReader, T> read) where T : class
    {
        if (reader.Section(key) is not { } part)
            return null;
        var limits = read(part);
        part.NoteUnknown();
        return limits;
    }
}
