namespace Tenancy.PoolSizing;

/// <summary>The points of one line of a chart, in rising order of budgets.</summary>
internal sealed record Series(SeriesKey Key, IReadOnlyList<Measurement> Points)
{
    /// <summary>Puts measurements together, the median of the rounds for each point.</summary>
    public static IReadOnlyList<Series> Of(IEnumerable<Measurement> measurements) =>
    [
        .. measurements.GroupBy(one => one.Point.Series).Select(series => new Series(series.Key,
        [
            .. series.GroupBy(one => one.Point.Budget).OrderBy(rounds => rounds.Key).Select(rounds => Measurement.Summary([.. rounds])),
        ])),
    ];
}
