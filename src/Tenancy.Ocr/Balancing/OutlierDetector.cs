namespace Tenancy;

/// <summary>Decides which servers of a pool get no calls for a while. The pool's lock guards it.</summary>
internal sealed class OutlierDetector
{
    /// <summary>Failures in a row that eject.</summary>
    public const int MostConsecutive = 5;

    static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>Calls in an interval below which a rate says nothing.</summary>
    const int LeastCalls = 20;

    /// <summary>Servers below which a mean says nothing.</summary>
    const int LeastServers = 3;

    /// <summary>How many standard deviations below the mean ejects.</summary>
    const double Deviations = 1.9;

    /// <summary>Part of the servers that may be ejected at once.</summary>
    const double MostEjected = 0.5;

    DateTimeOffset _intervalEnds;

    /// <summary>Counts a call, and names the server where that ejects it.</summary>
    public OcrEndpoint? Add(OcrEndpoint endpoint, bool succeeded, IReadOnlyList<OcrEndpoint> all, DateTimeOffset now)
    {
        endpoint.Outlier.Add(succeeded);
        OcrEndpoint? ejected = null;
        if (!succeeded && endpoint.Outlier.ConsecutiveFailures >= MostConsecutive && MayEject(all, now))
        {
            endpoint.Outlier.Eject(now);
            ejected = endpoint;
        }

        if (now >= _intervalEnds)
        {
            ejected ??= ByRate(all, now);
            _intervalEnds = now + Interval;
            foreach (var each in all)
                each.Outlier.BeginInterval(now);
        }

        return ejected;
    }

    static OcrEndpoint? ByRate(IReadOnlyList<OcrEndpoint> all, DateTimeOffset now)
    {
        var rated = all.Where(endpoint => endpoint.Outlier.Successes + endpoint.Outlier.Failures >= LeastCalls)
            .Select(endpoint => (Endpoint: endpoint, Rate: endpoint.Outlier.Successes / (double)(endpoint.Outlier.Successes + endpoint.Outlier.Failures)))
            .ToArray();
        if (rated.Length < LeastServers || !MayEject(all, now))
            return null;
        var mean = rated.Average(one => one.Rate);
        var deviation = Math.Sqrt(rated.Average(one => (one.Rate - mean) * (one.Rate - mean)));
        // Of few servers no one can be far from the mean: with n of them at most the root of n - 1 deviations.
        var worst = rated.MinBy(one => one.Rate);
        if (deviation == 0 || worst.Rate >= mean - Math.Min(Deviations, 0.95 * Math.Sqrt(rated.Length - 1)) * deviation || worst.Rate > 0.9 * mean)
            return null;
        worst.Endpoint.Outlier.Eject(now);
        return worst.Endpoint;
    }

    static bool MayEject(IReadOnlyList<OcrEndpoint> all, DateTimeOffset now) =>
        all.Count(endpoint => now < endpoint.Outlier.EjectedUntil) + 1 <= all.Count * MostEjected;
}
