using System.Numerics;

namespace Tenancy;

/// <summary>
/// The generic cell rate algorithm (ITU-T I.371) with one 64-bit word of state. The word is the theoretical arrival time,
/// kept in permits and not in nanoseconds: "by now so many permits have accrued since the clock's start". A cost is then
/// a shift and no division, and no rate is rounded: 700,000 per second are not 1,429 ns each.
/// </summary>
internal sealed class Gcra
{
    /// <summary>What a process may run for: 2^28 s, eight years.</summary>
    const int UptimeBits = 28;

    const int PositionBits = 61;
    const int MaxShift = 32;

    readonly ulong _multiplier;
    readonly int _scale;
    readonly double _nanosecondsPerUnit;

    public Gcra(RateLimit limit)
    {
        Limit = limit;
        var nanoseconds = limit.Period.Ticks * TimeSpan.NanosecondsPerTick;
        var perSecond = (int)Math.Ceiling(Math.Log2(Math.Max(1e-9, limit.Rate)));
        var burst = (int)Math.Ceiling(Math.Log2(limit.Burst + 1));
        Shift = Math.Clamp(Math.Min(PositionBits - UptimeBits - perSecond, PositionBits - 1 - burst), 0, MaxShift);
        Burst = limit.Burst;
        Capacity = limit.Burst << Shift;

        // Units per nanosecond = multiplier / 2^scale, with all of 63 bits used. Rounded up, so that a permit is there at the
        // nanosecond that it is due, and in all of the uptime less than one unit too early.
        var numerator = new BigInteger(limit.Permits) << Shift;
        _scale = 62 - (int)(numerator.GetBitLength() - new BigInteger(nanoseconds).GetBitLength());
        _multiplier = (ulong)(((numerator << _scale) + nanoseconds - 1) / nanoseconds);
        _nanosecondsPerUnit = (double)nanoseconds / (double)numerator;
    }

    public RateLimit Limit { get; }

    /// <summary>The burst, in permits.</summary>
    public long Burst { get; }

    /// <summary>A permit is 2^Shift units.</summary>
    public int Shift { get; }

    /// <summary>The burst, in units.</summary>
    public long Capacity { get; }

    /// <summary>Units accrued since the clock's start.</summary>
    public long Position(long nanoseconds)
    {
        var high = Math.BigMul((ulong)nanoseconds, _multiplier, out var low);
        return (long)(_scale >= 64 ? high >> (_scale - 64) : (high << (64 - _scale)) | (low >> _scale));
    }

    /// <summary>
    /// Takes a cost if it is there, and says in either case how many units were, or would be, above what has accrued:
    /// more than <see cref="Capacity"/> is a refusal. Negative where the word was frozen.
    /// </summary>
    public long Take(ref long word, long position, long cost)
    {
        var need = cost << Shift;
        while (true)
        {
            var seen = Volatile.Read(ref word);
            if (seen < 0)
                return -1;
            var end = Math.Max(seen, position) + need;
            // A position read long ago only refuses what is there by now; it never admits too much.
            if (end - position > Capacity || Interlocked.CompareExchange(ref word, end, seen) == seen)
                return end - position;
        }
    }

    /// <summary>Charges (or, below zero, gives back) without asking. Nothing where the word was frozen.</summary>
    public bool Charge(ref long word, long position, long cost)
    {
        // A debt of half the range is for ever; more would overflow.
        var limit = long.MaxValue / 2;
        var units = Math.Clamp(cost, -(limit >> Shift), limit >> Shift) << Shift;
        while (true)
        {
            var seen = Volatile.Read(ref word);
            if (seen < 0)
                return false;
            var from = units > 0 ? Math.Max(seen, position) : seen;
            var end = Math.Clamp(from > limit ? from : from + units, 0, limit);
            if (Interlocked.CompareExchange(ref word, end, seen) == seen)
                return true;
        }
    }

    /// <summary>Permits that could be taken.</summary>
    public long Remaining(long used) => Math.Max(0, Capacity - Math.Max(0, used)) >> Shift;

    /// <summary>How long until what is so many units above the capacity at a position has accrued: the least time that is enough.</summary>
    public long Wait(long nanoseconds, long position, long excess)
    {
        // A guess, and then exactly what it is off by; what overflows on both sides cancels out.
        var at = nanoseconds + (long)(excess * _nanosecondsPerUnit);
        var missing = (Int128)(((UInt128)(position + excess) << _scale) - (UInt128)at * _multiplier);
        var whole = missing / _multiplier;
        return at - nanoseconds + (long)whole + (missing > whole * _multiplier ? 1 : 0);
    }

    /// <summary>The word under this limit of one under another: the part of the burst that is left stays the same.</summary>
    public long Carry(long word, Gcra from, long nanoseconds)
    {
        var used = Math.Max(0, word - from.Position(nanoseconds));
        var carried = Math.Ceiling((double)used / from.Capacity * Capacity);
        return Position(nanoseconds) + (long)Math.Min(carried, 1L << PositionBits);
    }
}
