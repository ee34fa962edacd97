using System.Globalization;
using System.Text;

namespace Tenancy.PoolSizing;

/// <summary>report.md: what to configure and why, then all that was measured.</summary>
internal sealed class MarkdownReport
{
    /// <summary>The catalog's connections, which count in the budget where it is on the same server.</summary>
    const int Catalog = 4;

    readonly SweepResult _result;
    readonly IReadOnlyList<Recommendation> _recommendations;
    readonly StringBuilder _text = new();

    MarkdownReport(SweepResult result, IReadOnlyList<Recommendation> recommendations)
    {
        (_result, _recommendations) = (result, recommendations);
        Line("# Pool sizing");
        Line();
        AddConditions();
        AddConfiguration();
        AddReasons();
        AddProcesses();
        AddCharts();
        AddTable();
    }

    public static string Write(SweepResult result, IReadOnlyList<Recommendation> recommendations) => new MarkdownReport(result, recommendations)._text.ToString();

    /// <summary>The recommendations that a configuration has to satisfy: those under the heaviest load.</summary>
    public static IReadOnlyList<Recommendation> Heaviest(SizingOptions options, IReadOnlyList<Recommendation> all) =>
        [.. all.Where(one => one.Series.Key.Load == options.Loads.Max() && one.Series.Key.Tenants == options.Tenants.Max())];

    void AddConditions()
    {
        var options = _result.Options;
        Line($"{_result.Started:yyyy-MM-dd HH:mm} UTC, {_result.Took.TotalSeconds:N0} s. PostgreSQL {_result.Version} on {_result.Server}; the load came from a machine of {Environment.ProcessorCount} cores, .NET {Environment.Version}.");
        Line();
        Line($"- Work: `{options.Work}`, tenants by Zipf({options.Skew:0.##}), {(options.Loads[0].IsOpen ? "open loop (random arrivals)" : "closed loop (clients that wait)")}.");
        Line($"- Network delay: {(options.Delay == TimeSpan.Zero ? "none added" : Values.Show(options.Delay) + " each way")}.");
        Line($"- Each point: {options.Rounds} x {Values.Show(options.Duration)} after {Values.Show(options.WarmUp)} of warm-up{(options.Rounds > 1 ? "; medians" : "")}.");
        if (Noise() is > 0.25 and var noise)
            Line($"- The rounds of a point lay {noise:P0} of their median apart (the median over all points): the machine was not quiet. Run it where nothing else runs.");
        Line(_result.Measurements.Sum(one => one.Foreign) is > 0 and var foreign
            ? $"- **{foreign} answers had rows that were not the tenant's. Trust none of this, and report it.**"
            : "- Every answer was checked row by row: all were the asking tenant's own.");
        Line();
    }

    void AddConfiguration()
    {
        Line("## Recommended");
        Line();
        var heaviest = Heaviest(_result.Options, _recommendations);
        var chosen = heaviest.Where(one => one.Choice is not null).MaxBy(one => one.Choice!.Point.Budget);
        if (chosen?.Choice is not { } choice || heaviest.Any(one => one.Choice is null))
        {
            Line("No budget of this sweep does for every isolation; see the reasons below.");
            Line();
            if (chosen is null)
                return;
        }

        var budget = chosen!.Choice!.Point.Budget;
        Line("```json");
        Line($"{{ \"Tenancy\": {{ \"Postgres\": {{ \"Servers\": {{ \"eu-1\": {{ \"ConnectionBudget\": {budget + Catalog} }} }} }} }} }}");
        Line("```");
        Line();
        Line($"{budget} connections for the tenants of one process, and {Catalog} for the catalog where it is on the same server (else write {budget}). It is the largest that an isolation needs under {chosen.Series.Key.Load} and {chosen.Series.Key.Tenants:N0} tenants; `{chosen.Series.Key.Isolation.Name()}` decides. Leave out isolations that you do not use.");
        if (!chosen.IsSettled)
        {
            Line();
            Line("**The sweep ended before that was settled**: see its reason below.");
        }

        Line();
    }

    void AddReasons()
    {
        Line("## Why");
        Line();
        Line("| isolation | load | tenants | budget | reasons |");
        Line("| --- | --- | --- | --- | --- |");
        foreach (var one in _recommendations)
            Line($"| {one.Series.Key.Isolation.Name()} | {one.Series.Key.Load} | {one.Series.Key.Tenants:N0} | {(one.Choice is { } choice ? $"**{choice.Point.Budget}**" : "none")} | {string.Join(' ', one.Reasons)} |");
        Line();
    }

    void AddProcesses()
    {
        var heaviest = Heaviest(_result.Options, _recommendations).Where(one => one.Choice is not null).ToArray();
        if (heaviest.Length == 0)
            return;
        Line("## Your load, and N processes");
        Line();
        Line("A load of R requests per second that each hold a connection for H seconds uses n = R x H connections on average (Little's law). So that few wait while they come at random, have n + √n. N processes that share the load evenly need n/N + √(n/N) each, more in all than one does, since none can use another's. Each adds the catalog's four, and all of them together have to fit:");
        Line();
        Line("    N x ConnectionBudget + superuser_reserved_connections + everyone else's <= max_connections");
        Line();
        Line($"For the load at the recommended points (max_connections of this server: {_result.MaxConnections}); the time for which a connection is held is this run's, so put in your own:");
        Line();
        var processes = new[] { 1, 2, 4, 8 };
        Line($"| isolation | R | H | n | {string.Join(" | ", processes.Select(count => $"N = {count}: each, in all"))} |");
        Line($"| --- | --- | --- | --- |{string.Concat(processes.Select(_ => " --- |"))}");
        foreach (var one in heaviest)
        {
            var choice = one.Choice!;
            var busy = LittlesLaw.Busy(choice.Throughput, choice.Hold);
            var cells = processes.Select(count => LittlesLaw.NeededPerProcess(busy, count) + Catalog is var each ? $"{each}, {each * count}" : "");
            Line($"| {one.Series.Key.Isolation.Name()} | {choice.Throughput:N0}/s | {choice.Hold:N2} ms | {busy:N1} | {string.Join(" | ", cells)} |");
        }

        Line();
    }

    void AddCharts()
    {
        Line("## Charts");
        Line();
        Line("![Throughput over budget](throughput.svg)");
        Line();
        Line("![p99 over budget](p99.svg)");
        Line();
    }

    void AddTable()
    {
        Line("## Measured");
        Line();
        Line("Latency counts from when a request arrives, so it includes the wait for a connection. `held`: how long a request holds its connection. `busy`: connections in use, on average. `waits`: requests that waited for a connection, and how long those did. `closed`: idle connections closed per second to make room for another database.");
        foreach (var group in _recommendations.GroupBy(one => (one.Series.Key.Load, one.Series.Key.Tenants)))
        {
            Line();
            Line($"### {group.Key.Load}, {group.Key.Tenants:N0} tenants");
            Line();
            Line("| isolation | budget | per second | p50 ms | p95 ms | p99 ms | held ms | busy | waits | closed/s | errors |");
            Line("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
            foreach (var one in group)
            foreach (var point in one.Series.Points)
                Line($"| {one.Series.Key.Isolation.Name()} | {(point == one.Choice ? $"**{point.Point.Budget}**" : point.Point.Budget)} | {point.Throughput:N0} | {point.P50:N2} | {point.P95:N2} | {point.P99:N2} | {point.Hold:N2} | {point.Busy:N1} | {Waits(point)} | {point.Evicted:N1} | {point.Errors} |");
        }

        if (_result.Messages.Count == 0)
            return;
        Line();
        Line("## Errors");
        Line();
        foreach (var (message, count) in _result.Messages.OrderByDescending(pair => pair.Value).Take(10))
            Line($"- {count} x {message.ReplaceLineEndings(" ")}");
    }

    /// <summary>How far the throughput of a point's rounds lay apart, typically.</summary>
    double Noise()
    {
        var spreads = _result.Measurements.GroupBy(one => one.Point)
            .Select(rounds => (rounds.Max(one => one.Throughput) - rounds.Min(one => one.Throughput)) / Math.Max(1, Measurement.Summary([.. rounds]).Throughput))
            .Order().ToArray();
        return spreads[spreads.Length / 2];
    }

    static string Waits(Measurement point) => point.Waits < 0.0005
        ? "none"
        : string.Create(CultureInfo.InvariantCulture, $"{point.Waits * 100:N1} %, {point.Wait:N2} ms");

    void Line() => _text.Append('\n');

    void Line(string text) => _text.Append(text).Append('\n');
}
