using Microsoft.Extensions.Configuration;

namespace Tenancy;

/// <summary>Reads <see cref="OcrOptions"/> from the part of the section that is ours.</summary>
internal static class OcrOptionsReader
{
    public static void Read(IConfigurationSection section, OcrOptions options)
    {
        options.Path = section.Path;
        var reader = new SectionReader(section, options.Mistakes);
        Add(reader.Texts("Servers"), options.Servers);
        options.Quota = reader.Text("Quota") ?? options.Quota;
        options.Timeout = reader.Time("Timeout") ?? options.Timeout;
        options.PageTimeout = reader.Time("PageTimeout") ?? options.PageTimeout;
        options.MaxAttempts = reader.Integer("MaxAttempts") ?? options.MaxAttempts;
        options.HedgeAfter = reader.Time("HedgeAfter") ?? options.HedgeAfter;
        foreach (var (name, part) in reader.Sections("Pools"))
            options.Pools[name] = ReadPool(part);
        if (reader.Section("Tls") is { } tls)
            ReadTls(tls, options.Tls);
        if (reader.Section("Input") is { } input)
            ReadInput(input, options.Input);
        if (reader.Section("Queue") is { } queue)
            ReadQueue(queue, options.Queue);
        if (reader.Section("Tenants") is { } tenants)
            options.Tenants = ReadLimits(tenants);
        foreach (var (name, part) in reader.Sections("Tiers"))
            options.Tiers[name] = ReadLimits(part);
        reader.NoteUnknown();
    }

    static OcrPoolOptions ReadPool(SectionReader part)
    {
        var pool = new OcrPoolOptions();
        Add(part.Texts("Servers"), pool.Servers);
        Add(part.Texts("Languages"), pool.Languages);
        pool.Protocol = part.Choice<OcrProtocol>("Protocol") ?? pool.Protocol;
        pool.Handwriting = part.Boolean("Handwriting") ?? pool.Handwriting;
        pool.ConcurrencyPerServer = part.Integer("ConcurrencyPerServer") ?? pool.ConcurrencyPerServer;
        pool.ResolveNames = part.Boolean("ResolveNames") ?? pool.ResolveNames;
        pool.ResolveInterval = part.Time("ResolveInterval") ?? pool.ResolveInterval;
        pool.Model = part.Text("Model") ?? pool.Model;
        pool.PagesPerCall = part.Integer("PagesPerCall") ?? pool.PagesPerCall;
        part.NoteUnknown();
        return pool;
    }

    static void ReadTls(SectionReader part, OcrTlsOptions tls)
    {
        tls.Certificate = part.Text("Certificate") ?? tls.Certificate;
        tls.Key = part.Text("Key") ?? tls.Key;
        tls.Roots = part.Text("Roots") ?? tls.Roots;
        tls.ReloadInterval = part.Time("ReloadInterval") ?? tls.ReloadInterval;
        part.NoteUnknown();
    }

    static void ReadInput(SectionReader part, OcrInputLimits input)
    {
        input.MaxBytes = part.Integer("MaxBytes") ?? input.MaxBytes;
        input.MaxPixels = part.Long("MaxPixels") ?? input.MaxPixels;
        input.MaxPages = part.Integer("MaxPages") ?? input.MaxPages;
        part.NoteUnknown();
    }

    static void ReadQueue(SectionReader part, OcrQueueOptions queue)
    {
        queue.MaxCalls = part.Integer("MaxCalls") ?? queue.MaxCalls;
        queue.MaxCallsPerTenant = part.Integer("MaxCallsPerTenant") ?? queue.MaxCallsPerTenant;
        queue.MaxBytes = part.Long("MaxBytes") ?? queue.MaxBytes;
        part.NoteUnknown();
    }

    static OcrTenantLimits ReadLimits(SectionReader part)
    {
        var limits = new OcrTenantLimits
        {
            MaxConcurrent = part.Integer("MaxConcurrent"),
            PagesPerMinute = part.Integer("PagesPerMinute"),
            BytesPerMinute = part.Long("BytesPerMinute"),
        };
        part.NoteUnknown();
        return limits;
    }

    static void Add(IEnumerable<string> texts, IList<string> list)
    {
        foreach (var text in texts)
            list.Add(text);
    }
}
