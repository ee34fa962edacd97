namespace Tenancy;

/// <summary>A token bucket that holds a minute's worth. What a document costs is taken whole: one larger than the bucket needs it full, and leaves a debt.</summary>
internal sealed class MinuteBucket(TimeProvider time)
{
    double _tokens;
    long _at;
    double _capacity;

    /// <summary>Adds what has grown since, and says how long until so much may be taken; none where it may be now.</summary>
    public TimeSpan? Until(double cost, double perMinute)
    {
        var now = time.GetTimestamp();
        if (_capacity == 0)
            _tokens = perMinute;
        else
            _tokens = Math.Min(perMinute, _tokens + time.GetElapsedTime(_at, now).TotalMinutes * perMinute);
        (_at, _capacity) = (now, perMinute);
        var missing = Math.Min(cost, perMinute) - _tokens;
        return missing <= 0 ? null : TimeSpan.FromMinutes(missing / perMinute);
    }

    public void Take(double cost) => _tokens -= cost;
}
