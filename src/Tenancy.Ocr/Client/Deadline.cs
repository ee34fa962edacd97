namespace Tenancy;

/// <summary>The end of a document's time, by a clock that nobody sets.</summary>
internal readonly struct Deadline(TimeSpan timeout, TimeProvider time)
{
    readonly long _since = time.GetTimestamp();

    public TimeSpan Timeout => timeout;

    public TimeSpan Left => timeout - time.GetElapsedTime(_since);
}
