using System.Diagnostics;

namespace Tenancy.PoolSizing;

/// <summary>A bar that is drawn over itself on a terminal; elsewhere a line for each step worth one.</summary>
internal sealed class Progress(TextWriter output, bool isTerminal, Func<int> width)
{
    const int Bar = 24;

    readonly Lock _gate = new();
    Stopwatch _clock = Stopwatch.StartNew();
    string _what = "";
    int _of;
    int _done;

    public void Begin(string what, int of)
    {
        lock (_gate)
        {
            Clear();
            (_what, _of, _done, _clock) = (what, of, 0, Stopwatch.StartNew());
            if (isTerminal)
                Draw("");
            else
                output.WriteLine($"{what}: {of}");
        }
    }

    public void Step(string? detail = null)
    {
        lock (_gate)
        {
            _done++;
            if (isTerminal)
                Draw(detail ?? "");
            else if (detail is not null)
                output.WriteLine($"  {_done}/{_of} {detail}");
        }
    }

    public void End(string next)
    {
        lock (_gate)
        {
            Clear();
            output.WriteLine(next);
        }
    }

    /// <summary>Leaves the line to what comes next.</summary>
    public void Clear()
    {
        if (isTerminal)
            output.Write("\r\e[K");
    }

    /// <summary>The bar, what is left, and what was last; so much of it as fits.</summary>
    internal static string Line(int done, int of, TimeSpan elapsed, string what, string detail, int width)
    {
        var part = of == 0 ? 1 : (double)done / of;
        var full = (int)(part * Bar);
        var left = done == 0 ? "" : $" {elapsed * ((of - done) / (double)done):m\\:ss} left";
        var line = $"[{new string('#', full)}{new string('.', Bar - full)}] {done}/{of} {what}{left}  {detail}".TrimEnd();
        return line.Length < width ? line : line[..Math.Max(0, width - 1)];
    }

    void Draw(string detail) => output.Write("\r\e[K" + Line(_done, _of, _clock.Elapsed, _what, detail, width()));
}
