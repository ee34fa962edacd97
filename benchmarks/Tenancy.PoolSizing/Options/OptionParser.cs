using Npgsql;

namespace Tenancy.PoolSizing;

/// <summary>Reads the command line, and lists every mistake in it at once: the option, what it said, what it may say.</summary>
internal sealed class OptionParser
{
    /// <summary>What <c>--quick</c> may spend on measuring, so that with its preparations it ends within 60 s.</summary>
    public static readonly TimeSpan QuickLimit = TimeSpan.FromSeconds(30);

    static readonly string[] Switches = ["--quick", "--help"];

    readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    readonly List<string> _mistakes = [];

    OptionParser(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var key = arguments[i];
            if (Switches.Contains(key))
                _values[key] = "";
            else if (!Usage.Options.ContainsKey(key))
                Unknown(key, i + 1 < arguments.Count && !IsOption(arguments[i + 1]) ? arguments[++i] : null);
            else if (i + 1 == arguments.Count || IsOption(arguments[i + 1]))
                Add(key, null, $"It has no value. Write {key} {Usage.Options[key].Value}.");
            else if (!_values.TryAdd(key, arguments[++i]))
                Add(key, arguments[i], "It is given twice. Give it once.");
        }
    }

    /// <summary>The options, or the mistakes; neither where only help is asked for.</summary>
    public static (SizingOptions? Options, IReadOnlyList<string> Mistakes) Parse(IReadOnlyList<string> arguments)
    {
        var parser = new OptionParser(arguments);
        if (parser._values.ContainsKey("--help"))
            return (null, []);
        var options = parser.Read();
        return parser._mistakes.Count == 0 ? (options, []) : (null, parser._mistakes);
    }

    SizingOptions Read()
    {
        var defaults = _values.ContainsKey("--quick") ? SizingOptions.Quick : new SizingOptions();
        var options = defaults with
        {
            Connection = ReadConnection(),
            Budgets = ReadList("--budget", Number(2, 10_000), "connections from 2 to 10000, such as 2,4,8,16,32") ?? defaults.Budgets,
            Loads = ReadLoads() ?? defaults.Loads,
            Tenants = ReadList("--tenants", Number(1, 100_000), "numbers of tenants from 1 to 100000, such as 20,200") ?? defaults.Tenants,
            Isolations = ReadList("--isolation", FleetKinds.Parse, "some of row, schema, database, mixed, with commas between them") ?? defaults.Isolations,
            Work = ReadOne("--work", WorkMix.Parse, "point, page or sleep:TIME, or a mix with weights such as point=8,page=2,sleep:10ms=1") ?? defaults.Work,
            Skew = ReadOne("--skew", Values.Number(0, 5), "Zipf's exponent, from 0 (all alike) to 5") ?? defaults.Skew,
            Delay = ReadTime("--delay", TimeSpan.Zero, TimeSpan.FromSeconds(1)) ?? defaults.Delay,
            Duration = ReadTime("--duration", TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)) ?? defaults.Duration,
            WarmUp = ReadTime("--warmup", TimeSpan.Zero, TimeSpan.FromMinutes(10)) ?? defaults.WarmUp,
            Rounds = ReadOne("--rounds", Number(1, 100), "a number from 1 to 100") ?? defaults.Rounds,
            TargetP99 = ReadTime("--target-p99", TimeSpan.FromMicroseconds(1), TimeSpan.FromMinutes(1)),
            Output = ReadOutput() ?? defaults.Output,
        };
        if (options.Connection is null && options.Budgets.Max() is > OwnCluster.MostForTenants and var most)
            Add("--budget", $"{most}", $"The server that is started here allows {OwnCluster.MostForTenants}. Give less, or --connection to another server.");
        if (options is { Connection: { } connection, Delay.Ticks: > 0 } && new NpgsqlConnectionStringBuilder(connection).Host!.StartsWith('/'))
            Add("--delay", Values.Show(options.Delay), "--connection leads to a socket in the file system, and only TCP can be delayed. Give a Host by name or address.");
        if (options.IsQuick && options.MeasuringTime > QuickLimit)
            Add("--quick", null, $"{options.Measurements} measurements would take {options.MeasuringTime.TotalSeconds:N0} s, and it has {QuickLimit.TotalSeconds:N0}. Sweep less, or leave --quick out.");
        if (options.IsQuick && options.Tenants.Max() is > 100 and var many)
            Add("--quick", null, $"It cannot make {many} tenants in its time. Give --tenants 100 at most, or leave --quick out.");
        return options;
    }

    LoadLevel[]? ReadLoads()
    {
        const string Clients = "numbers of clients from 1 to 10000, such as 8,32";
        const string Rate = "requests per second from 1 to 1000000, such as 500,2000";
        if (_values.ContainsKey("--concurrency") && _values.TryGetValue("--rate", out var rate))
            Add("--rate", rate, "--concurrency is given too: clients that wait for their answers have no rate of their own. Give one of them.");
        var clients = ReadList("--concurrency", Number(1, 10_000), Clients);
        return ReadList("--rate", Number(1, 1_000_000), Rate)?.Select(LoadLevel.Rate).ToArray() ?? clients?.Select(LoadLevel.Clients).ToArray();
    }

    string? ReadConnection()
    {
        if (!_values.TryGetValue("--connection", out var text))
            return null;
        try
        {
            var parsed = new NpgsqlConnectionStringBuilder(text);
            if (!string.IsNullOrEmpty(parsed.Host) && !string.IsNullOrEmpty(parsed.Username))
                return text;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            // Said below, and without the text: it may hold a password.
        }

        Add("--connection", null, "It cannot be read. Give a superuser's: 'Host=…;Port=…;Username=…;Password=…'.");
        return null;
    }

    string? ReadOutput()
    {
        if (!_values.TryGetValue("--output", out var path))
            return null;
        if (string.IsNullOrWhiteSpace(path))
            Add("--output", path, "Name a directory.");
        else if (File.Exists(path))
            Add("--output", path, "A file has that name. Name a directory; it is made where it is absent.");
        return path;
    }

    TimeSpan? ReadTime(string key, TimeSpan least, TimeSpan most) =>
        ReadOne(key, Values.Time(least, most), $"a time from {Values.Show(least)} to {Values.Show(most)}, such as 500us, 20ms or 2s");

    T[]? ReadList<T>(string key, Func<string, T?> parse, string remedy) where T : struct
    {
        if (!_values.TryGetValue(key, out var text))
            return null;
        var parts = text.Split(',', StringSplitOptions.TrimEntries).Select(parse).ToArray();
        if (parts.Length > 0 && parts.All(part => part is not null))
            return [.. parts.Select(part => part!.Value).Distinct().Order()];
        Add(key, text, $"Give {remedy}.");
        return null;
    }

    T? ReadOne<T>(string key, Func<string, T?> parse, string remedy) where T : struct
    {
        if (!_values.TryGetValue(key, out var text))
            return null;
        if (parse(text) is { } value)
            return value;
        Add(key, text, $"Give {remedy}.");
        return null;
    }

    WorkMix? ReadOne(string key, Func<string, WorkMix?> parse, string remedy)
    {
        if (!_values.TryGetValue(key, out var text))
            return null;
        if (parse(text) is { } value)
            return value;
        Add(key, text, $"Give {remedy}.");
        return null;
    }

    static Func<string, int?> Number(int least, int most) => text =>
        Values.Number(least, most)(text) is { } value && value == Math.Floor(value) ? (int)value : null;

    static bool IsOption(string argument) => argument.StartsWith("--", StringComparison.Ordinal);

    void Unknown(string key, string? value) => Add(key, value, $"There is no such option. There are: {string.Join(' ', Usage.Options.Keys)}.");

    void Add(string key, string? value, string remedy) => _mistakes.Add(value is null ? $"{key}: {remedy}" : $"{key} is '{value}'. {remedy}");
}
