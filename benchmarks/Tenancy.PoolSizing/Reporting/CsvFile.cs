using System.Globalization;

namespace Tenancy.PoolSizing;

/// <summary>results.csv: a line for each point and round.</summary>
internal static class CsvFile
{
    const string Closed = "clients", Open = "per second";

    static readonly string[] Columns =
    [
        "isolation", "load", "load_unit", "tenants", "budget", "round", "offered_per_s", "throughput_per_s", "p50_ms", "p95_ms", "p99_ms",
        "hold_ms", "busy", "waits", "wait_ms", "evicted_per_s", "errors", "foreign_rows",
    ];

    public static string Write(IEnumerable<Measurement> measurements) =>
        string.Join(',', Columns) + "\n" + string.Concat(measurements.Select(one => Line(one) + "\n"));

    /// <exception cref="FormatException">It is not such a file.</exception>
    public static IReadOnlyList<Measurement> Read(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines is [var header, .. var rest] && header == string.Join(',', Columns)
            ? [.. rest.Select(Parse)]
            : throw new FormatException($"This is no results.csv: its first line is not '{string.Join(',', Columns)}'.");
    }

    static string Line(Measurement one)
    {
        var (isolation, load, tenants) = one.Point.Series;
        // None of the texts has a comma or a quote in it.
        return string.Join(',', new object[]
        {
            isolation.Name(), load.Value, load.IsOpen ? Open : Closed, tenants, one.Point.Budget, one.Round, one.Offered, one.Throughput, one.P50, one.P95, one.P99,
            one.Hold, one.Busy, one.Waits, one.Wait, one.Evicted, one.Errors, one.Foreign,
        }.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture)));
    }

    static Measurement Parse(string line)
    {
        var fields = line.Split(',');
        if (fields.Length != Columns.Length || FleetKinds.Parse(fields[0]) is not { } isolation || fields[2] is not (Open or Closed))
            throw new FormatException($"This is no line of results.csv: '{line}'.");
        var series = new SeriesKey(isolation, new LoadLevel(Whole(1), fields[2] == Open), Whole(3));
        return new Measurement(new SweepPoint(series, Whole(4)), Whole(5), Number(6), Number(7), Number(8), Number(9), Number(10),
            Number(11), Number(12), Number(13), Number(14), Number(15), Whole(16), Whole(17));

        int Whole(int column) => int.Parse(fields[column], CultureInfo.InvariantCulture);

        double Number(int column) => double.Parse(fields[column], CultureInfo.InvariantCulture);
    }
}
