namespace Tenancy;

/// <summary>Whether a server fails more than its neighbours (after Envoy's outlier detection and gRPC's proposal A50).</summary>
internal sealed class OutlierState
{
    /// <summary>How long one that came back gets less than its share.</summary>
    public static readonly TimeSpan SlowStart = TimeSpan.FromSeconds(10);

    static readonly TimeSpan BaseEjection = TimeSpan.FromSeconds(30);
    static readonly TimeSpan MostEjection = TimeSpan.FromSeconds(300);

    /// <summary>What one gets that came back this moment.</summary>
    const double LeastWeight = 0.1;

    int _ejections;

    public int ConsecutiveFailures { get; private set; }

    /// <summary>Calls of the present interval that succeeded.</summary>
    public int Successes { get; private set; }

    /// <summary>Calls of the present interval that failed.</summary>
    public int Failures { get; private set; }

    public DateTimeOffset EjectedUntil { get; private set; }

    public void Add(bool succeeded)
    {
        if (succeeded)
            (Successes, ConsecutiveFailures) = (Successes + 1, 0);
        else
            (Failures, ConsecutiveFailures) = (Failures + 1, ConsecutiveFailures + 1);
    }

    public void Eject(DateTimeOffset now)
    {
        var time = BaseEjection * ++_ejections;
        EjectedUntil = now + (time < MostEjection ? time : MostEjection);
        ConsecutiveFailures = 0;
    }

    /// <summary>A new interval begins; an interval without ejection forgives one.</summary>
    public void BeginInterval(DateTimeOffset now)
    {
        (Successes, Failures) = (0, 0);
        if (_ejections > 0 && now >= EjectedUntil + SlowStart)
            _ejections--;
    }

    public double Weight(DateTimeOffset now) => EjectedUntil == default || now >= EjectedUntil + SlowStart
        ? 1
        : Math.Clamp((now - EjectedUntil) / SlowStart, LeastWeight, 1);
}
