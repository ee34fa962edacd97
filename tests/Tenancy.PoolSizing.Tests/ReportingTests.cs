using System.Globalization;
using System.Xml.Linq;

namespace Tenancy.PoolSizing.Tests;

public sealed class ReportingTests
{
    static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    static readonly SizingOptions Options = new()
    {
        Budgets = [2, 4, 8], Loads = [LoadLevel.Clients(8), LoadLevel.Clients(32)], Tenants = [10, 100],
        Isolations = [FleetKind.Row, FleetKind.Database], TargetP99 = TimeSpan.FromMilliseconds(12),
    };

    [Fact]
    public void What_is_written_as_CSV_is_read_again()
    {
        var written = Measurements().ToArray();
        Assert.Equal(24, written.Length);
        Assert.Equal(written, CsvFile.Read(CsvFile.Write(written)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("isolation,load\nrow,8\n")]
    public void What_is_no_such_CSV_is_refused(string text) => Assert.Throws<FormatException>(() => CsvFile.Read(text));

    [Fact]
    public void A_line_that_is_cut_off_is_refused()
    {
        var text = CsvFile.Write([Sample.At(2, 100)]);
        Assert.Throws<FormatException>(() => CsvFile.Read(text[..text.LastIndexOf(',')]));
    }

    [Fact]
    public void Charts_are_well_formed_and_hold_every_point()
    {
        var (result, recommendations) = Sweep();
        foreach (var chart in new[] { Charts.Throughput(result, recommendations), Charts.P99(result, recommendations) })
        {
            var root = XDocument.Parse(SvgChart.Draw(chart)).Root!;
            Assert.Equal(Svg + "svg", root.Name);
            var size = root.Attribute("viewBox")!.Value.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
            var lines = root.Elements(Svg + "polyline").ToArray();
            Assert.Equal(8, lines.Length);
            foreach (var line in lines)
            {
                var points = line.Attribute("points")!.Value.Split(' ').Select(point => point.Split(',').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray()).ToArray();
                Assert.Equal(3, points.Length);
                Assert.All(points, point => Assert.True(point[0] > 0 && point[0] < size[2] && point[1] > 0 && point[1] < size[3]));
                Assert.Equal(points.Select(point => point[0]).Order(), points.Select(point => point[0]));
            }

            var texts = root.Elements(Svg + "text").Select(text => text.Value).ToArray();
            Assert.Contains("row", texts);
            Assert.Contains("database", texts);
            Assert.Contains("32 clients, 100 tenants", texts);
            Assert.Contains("budget: connections that the tenants' pools may hold", texts);
        }
    }

    [Fact]
    public void A_higher_throughput_is_drawn_higher()
    {
        var result = Sample.Result(Options, Sample.At(2, 100), Sample.At(4, 300), Sample.At(8, 200));
        var recommendations = Series.Of(result.Measurements).Select(series => Recommendation.For(series, null)).ToArray();
        var line = Assert.Single(XDocument.Parse(SvgChart.Draw(Charts.Throughput(result, recommendations))).Descendants(Svg + "polyline"));
        var heights = line.Attribute("points")!.Value.Split(' ').Select(point => -double.Parse(point.Split(',')[1], CultureInfo.InvariantCulture)).ToArray();
        Assert.True(heights[1] > heights[2] && heights[2] > heights[0]);
    }

    [Fact]
    public void A_chart_of_one_point_or_of_none_answered_is_drawn()
    {
        foreach (var throughput in new[] { 0.0, 5 })
        {
            var result = Sample.Result(Options, Sample.At(2, throughput));
            var recommendations = Series.Of(result.Measurements).Select(series => Recommendation.For(series, null)).ToArray();
            Assert.DoesNotContain("NaN", SvgChart.Draw(Charts.Throughput(result, recommendations)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_report_recommends_for_the_heaviest_load_and_has_a_row_for_each_point()
    {
        var (result, recommendations) = Sweep();
        var report = MarkdownReport.Write(result, recommendations);
        var decisive = recommendations.Where(one => one.Series.Key is { Load.Value: 32, Tenants: 100 }).Max(one => one.Choice!.Point.Budget);
        Assert.Contains($"\"ConnectionBudget\": {decisive + 4} ", report, StringComparison.Ordinal);
        Assert.Contains("N x ConnectionBudget + superuser_reserved_connections", report, StringComparison.Ordinal);
        Assert.Equal(24, report.Split('\n').Count(line => line.EndsWith(" | 0 |", StringComparison.Ordinal)));
        Assert.DoesNotContain("not the tenant's", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_foreign_row_is_shouted()
    {
        var result = Sample.Result(Options, Sample.At(2, 100) with { Foreign = 1 });
        Assert.Contains("**1 answers had rows that were not the tenant's.", MarkdownReport.Write(result, [Recommendation.For(Series.Of(result.Measurements)[0], null)]), StringComparison.Ordinal);
    }

    [Fact]
    public void The_bar_fits_its_terminal()
    {
        var line = Progress.Line(12, 36, TimeSpan.FromSeconds(60), "measuring", new string('x', 200), 80);
        Assert.Equal(79, line.Length);
        Assert.StartsWith("[########................] 12/36 measuring 2:00 left  x", line, StringComparison.Ordinal);
    }

    static (SweepResult, IReadOnlyList<Recommendation>) Sweep()
    {
        var result = Sample.Result(Options, [.. Measurements()]);
        return (result, [.. Series.Of(result.Measurements).Select(series => Recommendation.For(series, Options.TargetP99))]);
    }

    static IEnumerable<Measurement> Measurements()
    {
        var random = new Random(7);
        return from tenants in Options.Tenants
               from load in Options.Loads
               from isolation in Options.Isolations
               from budget in Options.Budgets
               select Sample.At(budget, random.NextDouble() * 1e4, p99: 10 + random.NextDouble(), isolation, load, tenants: tenants);
    }
}
