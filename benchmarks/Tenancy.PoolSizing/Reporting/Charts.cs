namespace Tenancy.PoolSizing;

/// <summary>The charts of a sweep: a panel for each load and number of tenants, a line for each isolation.</summary>
internal static class Charts
{
    public static Chart Throughput(SweepResult result, IReadOnlyList<Recommendation> recommendations) =>
        Of("Throughput over budget", "requests per second", point => point.Throughput, result, recommendations, null);

    public static Chart P99(SweepResult result, IReadOnlyList<Recommendation> recommendations) =>
        Of("p99 over budget", "p99 of the latency, ms", point => point.P99, result, recommendations,
            result.Options.TargetP99 is { } target ? new ChartLimit(target.TotalMilliseconds, $"target {Values.Show(target)}") : null);

    static Chart Of(
        string title, string unit, Func<Measurement, double> figure, SweepResult result, IReadOnlyList<Recommendation> recommendations, ChartLimit? limit)
    {
        var options = result.Options;
        var panels =
            from tenants in options.Tenants
            from load in options.Loads
            select new ChartPanel(
                $"{load}, {tenants:N0} tenants",
                [
                    .. recommendations.Where(one => one.Series.Key.Load == load && one.Series.Key.Tenants == tenants)
                        .Select(one => new ChartLine(one.Series.Key.Isolation, [.. one.Series.Points.Select(point => Point(one, point))])),
                ]);
        return new Chart(title, Subtitle(options), "budget: connections that the tenants' pools may hold", unit,
            Math.Min(options.Loads.Count == 1 ? options.Tenants.Count : options.Loads.Count, 4), [.. panels], limit);

        ChartPoint Point(Recommendation one, Measurement summary)
        {
            var rounds = result.Measurements.Where(round => round.Point == summary.Point).Select(figure).ToArray();
            return new ChartPoint(summary.Point.Budget, figure(summary), rounds.Min(), rounds.Max(), one.Choice == summary);
        }
    }

    static string Subtitle(SizingOptions options) =>
        FormattableString.Invariant($"{options.Work}; Zipf({options.Skew:0.##}); {(options.Delay == TimeSpan.Zero ? "no delay" : $"{Values.Show(options.Delay)} of delay each way")}; ") +
        (options.Rounds == 1 ? "one round" : $"medians of {options.Rounds} rounds, thin lines from the least to the most");
}
