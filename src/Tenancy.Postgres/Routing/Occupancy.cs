namespace Tenancy;

/// <summary>
/// Who is at work on a session. Whoever ends a tenure while others are at work leaves the session to them: two threads that
/// read one connection would each get a part of the answer, and what was not read be read by the next tenant.
/// </summary>
/// <remarks>A tenure is the time for which one connection of a tenant has the session. Each has its number, so that nobody
/// who is late enters a later one.</remarks>
internal sealed class Occupancy
{
    const int Shift = 16;
    const long Ended = 1 << (Shift - 1);
    const long Count = Ended - 1;

    /// <summary>
    /// The number of the tenure, whether it has ended, and how many are at work. Each session begins somewhere else, so that
    /// the number of a tenure is of no use on another session.
    /// </summary>
    long _state = Random.Shared.NextInt64(1L << 45) << Shift;

    /// <summary>Whether others are at work, beside whoever asks.</summary>
    public bool HasOthers => (Volatile.Read(ref _state) & Count) > 1;

    /// <summary>Whether the tenure has ended.</summary>
    public bool IsEnded => (Volatile.Read(ref _state) & Ended) != 0;

    /// <summary>Begins a tenure, and returns its number. To be called by whoever has the session alone.</summary>
    public long Begin()
    {
        var tenure = (Volatile.Read(ref _state) >> Shift) + 1;
        Volatile.Write(ref _state, tenure << Shift);
        return tenure;
    }

    /// <summary>Begins to work; false where the tenure has ended.</summary>
    public bool TryEnter(long tenure)
    {
        for (var seen = Volatile.Read(ref _state); ;)
        {
            if (seen >> Shift != tenure || (seen & Ended) != 0)
                return false;
            var found = Interlocked.CompareExchange(ref _state, seen + 1, seen);
            if (found == seen)
                return true;
            seen = found;
        }
    }

    /// <summary>Begins to work; false where the tenure has ended, or another is at work. Others may begin after it.</summary>
    public bool TryEnterAlone(long tenure) =>
        Interlocked.CompareExchange(ref _state, (tenure << Shift) + 1, tenure << Shift) == tenure << Shift;

    /// <summary>Counts one more, on behalf of somebody who is at work.</summary>
    public void Join() => Interlocked.Increment(ref _state);

    /// <summary>
    /// Ends the tenure. False where others are at work: whoever ended it is one of them then, and the session belongs to
    /// whoever leaves last.
    /// </summary>
    public bool End()
    {
        for (var seen = Volatile.Read(ref _state); ;)
        {
            var isIdle = (seen & Count) == 0;
            var found = Interlocked.CompareExchange(ref _state, (seen | Ended) + (isIdle ? 0 : 1), seen);
            if (found == seen)
                return isIdle;
            seen = found;
        }
    }

    /// <summary>Ends the tenure and one's work in it. True where nobody else is at work: the session is one's own.</summary>
    public bool EndAndLeave()
    {
        for (var seen = Volatile.Read(ref _state); ;)
        {
            var left = (seen | Ended) - 1;
            var found = Interlocked.CompareExchange(ref _state, left, seen);
            if (found == seen)
                return (left & Count) == 0;
            seen = found;
        }
    }

    /// <summary>Ends one's work. True where the tenure ended meanwhile and nobody else is at work: the session is one's own.</summary>
    public bool Leave() => (Interlocked.Decrement(ref _state) & (Ended | Count)) == Ended;
}
