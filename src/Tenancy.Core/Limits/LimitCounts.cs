namespace Tenancy;

/// <summary>How many of one meter were admitted and refused.</summary>
internal sealed class LimitCounts(string meter, LimitCounts? next = null)
{
    long _admitted;
    long _refused;

    public long Admitted => Volatile.Read(ref _admitted);

    public long Refused => Volatile.Read(ref _refused);

    public void Count(bool admitted) => Interlocked.Increment(ref admitted ? ref _admitted : ref _refused);

    public static LimitCounts? Find(LimitCounts? first, string meter)
    {
        var counts = first;
        while (counts is not null && counts.Meter != meter)
            counts = counts.Next;
        return counts;
    }

    string Meter => meter;

    LimitCounts? Next => next;
}
