namespace Tenancy.PoolSizing;

/// <summary>The form of a curve of throughput over budget.</summary>
internal enum CurveShape
{
    /// <summary>It rises, then flattens: there is a knee.</summary>
    Knee,

    /// <summary>It hardly rises: the smallest budget does.</summary>
    Flat,

    /// <summary>It still rises where the sweep ends: the knee, if there is one, is beyond.</summary>
    Rising,

    /// <summary>Fewer than three budgets make no curve.</summary>
    TooFew,
}

/// <summary>Where more connections stop bringing more throughput.</summary>
/// <param name="Shape">Whether there is such a place.</param>
/// <param name="Index">The point that one would take: the knee, else the first or the last.</param>
internal readonly record struct Knee(CurveShape Shape, int Index)
{
    /// <summary>A budget that brings this part of the best throughput is as good as the best, given the noise.</summary>
    public const double Enough = 0.9;

    /// <summary>How far above the straight line from its first point to its last a curve must bend.</summary>
    const double Bend = 0.1;

    /// <summary>Finds it among points in rising order of budgets.</summary>
    /// <remarks>
    /// The bend is measured as in Kneedle (Satopää and others, 2011), on the best throughput up to each budget, since too
    /// many connections can slow a server down. The knee is the smallest budget with nine tenths of the best.
    /// </remarks>
    public static Knee Find(IReadOnlyList<(double Budget, double Throughput)> points)
    {
        var best = points.Max(point => point.Throughput);
        var enough = Enumerable.Range(0, points.Count).First(i => points[i].Throughput >= best * Enough);
        if (points.Count < 3)
            return new Knee(CurveShape.TooFew, enough);
        if (enough == 0)
            return new Knee(CurveShape.Flat, 0);
        var last = points.Count - 1;
        return enough == last || BendOf(points) < Bend ? new Knee(CurveShape.Rising, last) : new Knee(CurveShape.Knee, enough);
    }

    static double BendOf(IReadOnlyList<(double Budget, double Throughput)> points)
    {
        var (first, last) = (points[0], points[^1]);
        var best = points.Max(point => point.Throughput);
        var (most, bend) = (0.0, 0.0);
        foreach (var (budget, throughput) in points)
        {
            most = Math.Max(most, throughput);
            bend = Math.Max(bend, (most - first.Throughput) / (best - first.Throughput) - (budget - first.Budget) / (last.Budget - first.Budget));
        }

        return bend;
    }
}
