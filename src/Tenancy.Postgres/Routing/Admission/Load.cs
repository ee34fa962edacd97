namespace Tenancy;

/// <summary>How many connections were held of late, on average: by Little's law, from the leases that ended. Not thread-safe.</summary>
internal struct Load
{
    /// <summary>What happened longer ago than this hardly counts.</summary>
    const double Seconds = 1;

    double _held;
    double _leases;
    long _at;

    /// <summary>Adds a lease that ended.</summary>
    /// <param name="held">How long it was held, in ticks of the clock.</param>
    /// <param name="now">The clock.</param>
    /// <param name="frequency">Ticks per second.</param>
    public void Add(long held, long now, long frequency)
    {
        Age(now, frequency);
        _held += (double)held / frequency;
        _leases++;
    }

    /// <summary>What is left without a part of it.</summary>
    public (double Connections, double Cost) Without(ref Load part, long now, long frequency)
    {
        Age(now, frequency);
        part.Age(now, frequency);
        var leases = _leases - part._leases;
        var held = Math.Max(0, _held - part._held);
        return leases < 0.5 ? default : (held / Seconds, held / leases);
    }

    void Age(long now, long frequency)
    {
        var left = Math.Exp((_at - now) / (frequency * Seconds));
        _held *= left;
        _leases *= left;
        _at = now;
    }
}
