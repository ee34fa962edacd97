namespace Tenancy;

/// <summary>A moving mean of what a page takes.</summary>
internal sealed class ServiceTime
{
    const double Newest = 0.2;

    /// <summary>Until one was seen. A page at 150 dpi takes about a second on a CPU.</summary>
    static readonly TimeSpan Guess = TimeSpan.FromSeconds(1);

    double? _seconds;

    public TimeSpan Mean => _seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Guess;

    public void Add(TimeSpan time, int pages)
    {
        var each = time.TotalSeconds / Math.Max(1, pages);
        _seconds = _seconds is { } mean ? mean + (each - mean) * Newest : each;
    }
}
