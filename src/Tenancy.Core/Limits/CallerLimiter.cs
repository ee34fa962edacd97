using System.Security.Cryptography;

namespace Tenancy;

/// <summary>
/// Limits callers by a key that costs nothing to invent, such as an address, in memory that never grows: two tables of
/// words, and each caller has a word in both. Two who share one word do not share the other, so a caller is refused only
/// where both are used up (a count-min sketch of GCRA words). The hash is keyed, so that nobody chooses whom to share with.
/// </summary>
internal sealed class CallerLimiter
{
    /// <summary>Words in each table: 1 MB in all.</summary>
    const int Words = 1 << 16;

    readonly LimitClock _clock;
    readonly Gcra _gcra;
    readonly long[] _first = new long[Words];
    readonly long[] _second = new long[Words];
    readonly ulong _key;
    readonly ulong _salt;

    public CallerLimiter(RateLimit limit, TimeProvider time)
    {
        Span<ulong> secret = stackalloc ulong[2];
        RandomNumberGenerator.Fill(System.Runtime.InteropServices.MemoryMarshal.AsBytes(secret));
        (_clock, _gcra, _key, _salt) = (new LimitClock(time), new Gcra(limit), secret[0] | 1, secret[1]);
    }

    /// <summary>Takes one, and says what was taken, or the time after which there is one.</summary>
    public CallerCharge Take(UInt128 caller)
    {
        var (first, second) = Places(caller);
        var now = _clock.Now;
        var position = _gcra.Position(now);
        var one = _gcra.Take(ref _first[first], position, 1);
        var other = _gcra.Take(ref _second[second], position, 1);
        var (fromFirst, fromSecond) = (one <= _gcra.Capacity, other <= _gcra.Capacity);
        return fromFirst || fromSecond
            ? new CallerCharge(fromFirst ? first : -1, fromSecond ? second : -1, TimeSpan.Zero)
            : new CallerCharge(-1, -1, LimitClock.Span(_gcra.Wait(now, position, Math.Min(one, other) - _gcra.Capacity)));
    }

    /// <summary>Gives back what was taken.</summary>
    public void Refund(CallerCharge charge)
    {
        var position = _gcra.Position(_clock.Now);
        if (charge.First >= 0)
            _gcra.Charge(ref _first[charge.First], position, -1);
        if (charge.Second >= 0)
            _gcra.Charge(ref _second[charge.Second], position, -1);
    }

    (int First, int Second) Places(UInt128 caller)
    {
        // Two rounds of multiply and fold under a secret: not for signatures, and nobody sees what it gives.
        var hash = Mix((ulong)(caller >> 64) ^ _salt, _key);
        hash = Mix(hash ^ (ulong)caller, _key ^ 0x9E3779B97F4A7C15);
        hash = Mix(hash ^ _key, _salt | 1);
        return ((int)(hash & (Words - 1)), (int)((hash >> 32) & (Words - 1)));
    }

    static ulong Mix(ulong value, ulong key)
    {
        var high = Math.BigMul(value, key, out var low);
        return high ^ low ^ value;
    }
}

/// <summary>Which words one was taken from, or how long to wait for one.</summary>
internal readonly record struct CallerCharge(int First, int Second, TimeSpan RetryAfter)
{
    public bool IsTaken => First >= 0 || Second >= 0;
}
