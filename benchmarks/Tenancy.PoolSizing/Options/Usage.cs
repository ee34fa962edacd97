namespace Tenancy.PoolSizing;

/// <summary>What <c>--help</c> prints.</summary>
internal static class Usage
{
    /// <summary>Each option: what its value looks like, and what it says.</summary>
    public static IReadOnlyDictionary<string, (string Value, string Text)> Options { get; } = new Dictionary<string, (string, string)>
    {
        ["--connection"] = ("STRING", "a superuser's connection string to a server for tests, which gets databases and roles that are dropped again; default: a server of its own"),
        ["--budget"] = ("2,4,8,16,32,64", "connections that the tenants' pools may hold"),
        ["--concurrency"] = ("8,32", "clients that each send a request when the one before is answered (closed loop)"),
        ["--rate"] = ("500,2000", "requests per second that come whether answers do or not (open loop); instead of --concurrency"),
        ["--tenants"] = ("40", "tenants of each isolation"),
        ["--isolation"] = ("row,schema,database", "how they are kept apart; 'mixed' is a third of each"),
        ["--work"] = ("point", "what a request does: point (a row by its key), page (20 rows), sleep:10ms (a statement that takes so long); a mix has weights: point=8,page=2,sleep:10ms=1"),
        ["--skew"] = ("1", "Zipf's exponent of the tenants' popularity; 0 makes them all alike"),
        ["--delay"] = ("0", "network latency each way, such as 1ms"),
        ["--duration"] = ("2s", "how long each point is measured"),
        ["--warmup"] = ("500ms", "how long each point runs before that"),
        ["--rounds"] = ("3", "how often each point is measured; the median counts"),
        ["--target-p99"] = ("TIME", "recommends the smallest budget that holds this, such as 20ms"),
        ["--output"] = ("pool-sizing", "the directory for report.md, results.csv and the charts"),
        ["--quick"] = ("", "smaller defaults, which end within 60 s"),
        ["--help"] = ("", "prints this"),
    };

    public static void Write(TextWriter output)
    {
        output.WriteLine("Measures how many connections an application with many tenants needs: sweeps budget x load x tenants x isolation.");
        output.WriteLine();
        output.WriteLine("  dotnet run -c Release --project benchmarks/Tenancy.PoolSizing -- [options]");
        output.WriteLine();
        foreach (var (name, (value, text)) in Options)
            WriteWrapped(output, $"  {name} {value}".TrimEnd(), text);
        output.WriteLine();
        output.WriteLine("Lists are separated by commas. With --connection it creates and drops databases and roles on that server.");
    }

    static void WriteWrapped(TextWriter output, string name, string text)
    {
        const int Column = 36, Width = 112;
        var line = name.PadRight(Column);
        foreach (var word in text.Split(' '))
        {
            if (line.Length + 1 + word.Length > Width)
            {
                output.WriteLine(line);
                line = new string(' ', Column);
            }

            line += (line.Length == Column ? "" : " ") + word;
        }

        output.WriteLine(line);
    }
}
