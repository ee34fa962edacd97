namespace Tenancy;

/// <summary>A moving mean of what a page takes.</summary>
internal sealed class ServiceTime
{
    const double Newest = 0.2;

    /// <summary>Until one was seen. A page at 150 dpi takes about a second on a CPU.</summary>
    static readonly TimeSpan Guess = TimeSpan.FromSeconds(1);

    // One word, so that it can be read while it is written.
    double _seconds = double.NaN;

    public TimeSpan Mean => double.IsNaN(_seconds) ? Guess : TimeSpan.FromSeconds(_seconds);

    public void Add(TimeSpan time, int pages)
    {
        var each = time.TotalSeconds / Math.Max(1, pages);
        _seconds = double.IsNaN(_seconds) ? each : _seconds + (each - _seconds) * Newest;
    }
}
