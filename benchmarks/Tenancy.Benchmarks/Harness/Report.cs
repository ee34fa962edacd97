using System.Globalization;

namespace Tenancy.Benchmarks;

/// <summary>Collects figures, and prints them at the end: one line for each claim.</summary>
internal sealed class Report(TextWriter output)
{
    readonly List<(string Name, Spread Spread)> _figures = [];

    public void Say(string line) => output.WriteLine(line);

    public void Figure(string name, Spread spread) => _figures.Add((name, spread));

    public void WriteFigures()
    {
        output.WriteLine();
        foreach (var (name, spread) in _figures)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"figure {name} {spread.Median:0.###} {spread.Min:0.###} {spread.Max:0.###}"));
    }
}
