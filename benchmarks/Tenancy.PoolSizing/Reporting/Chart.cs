namespace Tenancy.PoolSizing;

/// <summary>Lines over a common x axis, in panels of one scale.</summary>
internal sealed record Chart(
    string Title, string Subtitle, string XLabel, string YLabel, int Columns, IReadOnlyList<ChartPanel> Panels, ChartLimit? Limit = null);

internal sealed record ChartPanel(string Title, IReadOnlyList<ChartLine> Lines);

/// <summary>A line of a colour, and a form of its own for those who see no difference in the colours.</summary>
internal sealed record ChartLine(FleetKind Kind, IReadOnlyList<ChartPoint> Points);

/// <summary>A point, how far its rounds lay apart, and whether it is the recommended one.</summary>
internal readonly record struct ChartPoint(double X, double Y, double Least, double Most, bool IsChosen);

/// <summary>A level across the chart, such as a target.</summary>
internal sealed record ChartLimit(double Y, string Label);
