using System.Globalization;
using System.Xml.Linq;

namespace Tenancy.PoolSizing;

/// <summary>Draws a chart as SVG on a light ground.</summary>
internal sealed class SvgChart
{
    const double Left = 76, Right = 20, Head = 92, Foot = 58, PanelHead = 26, PanelHeight = 270, Gap = 18;
    const string Ink = "#1f2933", Faint = "#66727f", Grid = "#e4e8ec";

    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    readonly Chart _chart;
    readonly Axis _x;
    readonly Axis _y;
    readonly double _panelWidth;
    readonly XElement _root;

    SvgChart(Chart chart)
    {
        _chart = chart;
        var points = chart.Panels.SelectMany(panel => panel.Lines).SelectMany(line => line.Points).ToArray();
        _x = Axis.OfChoices([.. points.Select(point => point.X).Distinct()]);
        _y = Axis.OfAmounts([.. points.SelectMany(point => new[] { point.Y, point.Least, point.Most }), .. chart.Limit is { } limit ? [limit.Y] : Array.Empty<double>()]);
        _panelWidth = chart.Columns switch { 1 => 640, 2 => 430, _ => 330 };
        var rows = (chart.Panels.Count + chart.Columns - 1) / chart.Columns;
        var (width, height) = (Left + chart.Columns * (_panelWidth + Gap) - Gap + Right, Head + rows * (PanelHead + PanelHeight + Gap) - Gap + Foot);
        _root = new XElement(Svg + "svg", new XAttribute("viewBox", $"0 0 {Text(width)} {Text(height)}"), new XAttribute("width", Text(width)),
            new XAttribute("height", Text(height)), new XAttribute("role", "img"), new XAttribute("font-family", "system-ui, 'DejaVu Sans', Helvetica, Arial, sans-serif"),
            new XElement(Svg + "title", chart.Title), new XElement(Svg + "desc", $"{chart.Subtitle}. {chart.YLabel} over {chart.XLabel}."));
        Add("rect", ("width", width), ("height", height), ("fill", "#ffffff"));
        AddText(Left, 30, chart.Title, 18, Ink, "start", bold: true);
        AddText(Left, 50, chart.Subtitle, 12, Faint, "start");
        AddLegend();
        for (var i = 0; i < chart.Panels.Count; i++)
            AddPanel(chart.Panels[i], i % chart.Columns, i / chart.Columns);
        AddText((Left + width - Right) / 2, height - 14, chart.XLabel, 13, Ink, "middle");
        var middle = (Head + height - Foot) / 2;
        AddText(20, middle, chart.YLabel + (_y.IsLogarithmic ? " (logarithmic)" : ""), 13, Ink, "middle").SetAttributeValue("transform", $"rotate(-90 20 {Text(middle)})");
    }

    public static string Draw(Chart chart) => new SvgChart(chart)._root.ToString() + "\n";

    static string ColorOf(FleetKind kind) => kind switch
    {
        FleetKind.Row => "#0072b2",
        FleetKind.Schema => "#d55e00",
        FleetKind.Database => "#009e73",
        _ => "#8e4a9e",
    };

    void AddLegend()
    {
        var x = Left;
        foreach (var kind in _chart.Panels.SelectMany(panel => panel.Lines).Select(line => line.Kind).Distinct())
        {
            Add("line", ("x1", x), ("y1", 72), ("x2", x + 26), ("y2", 72), ("stroke", ColorOf(kind)), ("stroke-width", 2.2));
            AddMarker(kind, x + 13, 72, isChosen: false);
            AddText(x + 33, 76, kind.Name(), 13, Ink, "start");
            x += 33 + kind.Name().Length * 7.5 + 24;
        }

        if (!_chart.Panels.SelectMany(panel => panel.Lines).SelectMany(line => line.Points).Any(point => point.IsChosen))
            return;
        Add("circle", ("cx", x + 9), ("cy", 72), ("r", 8), ("fill", "none"), ("stroke", Ink), ("stroke-width", 1.4));
        AddText(x + 24, 76, "recommended", 13, Ink, "start");
    }

    void AddPanel(ChartPanel panel, int column, int row)
    {
        var left = Left + column * (_panelWidth + Gap);
        var top = Head + row * (PanelHead + PanelHeight + Gap) + PanelHead;
        var isLowest = (row + 1) * _chart.Columns + column >= _chart.Panels.Count;
        AddText(left, top - 8, panel.Title, 12.5, Ink, "start", bold: true);
        foreach (var tick in _y.Ticks)
        {
            Add("line", ("x1", left), ("y1", Y(tick)), ("x2", left + _panelWidth), ("y2", Y(tick)), ("stroke", Grid), ("stroke-width", 1));
            if (column == 0)
                AddText(left - 8, Y(tick) + 4, tick.ToString("#,0.###", CultureInfo.InvariantCulture), 11.5, Faint, "end");
        }

        var labelled = double.NegativeInfinity;
        foreach (var tick in _x.Ticks)
        {
            Add("line", ("x1", X(tick)), ("y1", top + PanelHeight), ("x2", X(tick)), ("y2", top + PanelHeight + 5), ("stroke", Faint), ("stroke-width", 1));
            var label = tick.ToString(CultureInfo.InvariantCulture);
            if (!isLowest || X(tick) - labelled < label.Length * 7 + 8)
                continue;
            AddText(X(tick), top + PanelHeight + 19, label, 11.5, Faint, "middle");
            labelled = X(tick);
        }

        Add("line", ("x1", left), ("y1", top + PanelHeight), ("x2", left + _panelWidth), ("y2", top + PanelHeight), ("stroke", Faint), ("stroke-width", 1));
        if (_chart.Limit is { } limit)
        {
            Add("line", ("x1", left), ("y1", Y(limit.Y)), ("x2", left + _panelWidth), ("y2", Y(limit.Y)), ("stroke", Ink), ("stroke-width", 1.2), ("stroke-dasharray", "6 4"));
            AddText(left + _panelWidth - 4, Y(limit.Y) - 6, limit.Label, 11.5, Ink, "end");
        }

        for (var i = 0; i < panel.Lines.Count; i++)
            AddLine(panel.Lines[i], (i - (panel.Lines.Count - 1) / 2.0) * 4);

        double X(double value) => left + _x.Place(value) * _panelWidth;
        double Y(double value) => top + PanelHeight - _y.Place(value) * PanelHeight;

        // The spread stands beside the point, where another line's would hide it.
        void AddLine(ChartLine line, double beside)
        {
            var color = ColorOf(line.Kind);
            foreach (var point in line.Points.Where(point => point.Most > point.Least))
                Add("line", ("x1", X(point.X) + beside), ("y1", Y(point.Least)), ("x2", X(point.X) + beside), ("y2", Y(point.Most)), ("stroke", color), ("stroke-width", 1.4), ("stroke-opacity", 0.5));
            var path = string.Join(' ', line.Points.Select(point => $"{Text(X(point.X))},{Text(Y(point.Y))}"));
            Add("polyline", ("points", path), ("fill", "none"), ("stroke", color), ("stroke-width", 2.2), ("stroke-linejoin", "round"));
            foreach (var point in line.Points)
                AddMarker(line.Kind, X(point.X), Y(point.Y), point.IsChosen);
        }
    }

    void AddMarker(FleetKind kind, double x, double y, bool isChosen)
    {
        if (isChosen)
            Add("circle", ("cx", x), ("cy", y), ("r", 9), ("fill", "none"), ("stroke", Ink), ("stroke-width", 1.4));
        (string, object)[] look = [("fill", ColorOf(kind)), ("stroke", "#ffffff"), ("stroke-width", 1.2)];
        switch (kind)
        {
            case FleetKind.Row:
                Add("circle", [("cx", x), ("cy", y), ("r", 4.6), .. look]);
                break;
            case FleetKind.Schema:
                Add("rect", [("x", x - 4.2), ("y", y - 4.2), ("width", 8.4), ("height", 8.4), .. look]);
                break;
            case FleetKind.Database:
                Add("polygon", [("points", $"{Text(x)},{Text(y - 5.6)} {Text(x + 5.2)},{Text(y + 4)} {Text(x - 5.2)},{Text(y + 4)}"), .. look]);
                break;
            default:
                Add("polygon", [("points", $"{Text(x)},{Text(y - 6)} {Text(x + 5.4)},{Text(y)} {Text(x)},{Text(y + 6)} {Text(x - 5.4)},{Text(y)}"), .. look]);
                break;
        }
    }

    XElement AddText(double x, double y, string text, double size, string color, string anchor, bool bold = false)
    {
        var element = Add("text", ("x", x), ("y", y), ("font-size", size), ("fill", color), ("text-anchor", anchor));
        if (bold)
            element.SetAttributeValue("font-weight", 600);
        element.Value = text;
        return element;
    }

    XElement Add(string name, params (string Name, object Value)[] attributes)
    {
        var element = new XElement(Svg + name, attributes.Select(pair => new XAttribute(pair.Name, pair.Value is double number ? Text(number) : pair.Value)));
        _root.Add(element);
        return element;
    }

    static string Text(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
