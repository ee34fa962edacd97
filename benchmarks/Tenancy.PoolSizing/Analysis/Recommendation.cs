using System.Globalization;

namespace Tenancy.PoolSizing;

/// <summary>The budget for one series, and why.</summary>
/// <param name="Series">What it is for.</param>
/// <param name="Choice">The point to take; none where no budget of the sweep will do.</param>
/// <param name="Reasons">Sentences, the decisive one first.</param>
/// <param name="IsSettled">Whether the sweep reached far enough to tell.</param>
internal sealed record Recommendation(Series Series, Measurement? Choice, IReadOnlyList<string> Reasons, bool IsSettled)
{
    /// <summary>An open load is served where this part of it is answered while it comes.</summary>
    const double Served = 0.95;

    /// <summary>How much worse than the best a p99 may be without a target, under an open load.</summary>
    const double Near = 1.5;

    /// <summary>Above this part of requests, new connections decide the throughput.</summary>
    const double Churn = 0.02;

    public static Recommendation For(Series series, TimeSpan? targetP99)
    {
        var reasons = new List<string>();
        var settled = true;
        var sound = series.Points.Where(point => point is { Errors: 0, Foreign: 0 }).ToArray();
        if (sound.Length < series.Points.Count)
            reasons.Add($"Left out for errors: {string.Join(", ", series.Points.Except(sound).Select(point => point.Point.Budget))}.");
        var choice = sound is [] ? null
            : targetP99 is { } target ? ByTarget(series.Key.Load, sound, target.TotalMilliseconds, reasons)
            : series.Key.Load.IsOpen ? ByService(series.Key.Load, sound, reasons)
            : ByKnee(sound, reasons, ref settled);
        if (choice is not null)
            reasons.Add(Explain(choice));
        return new Recommendation(series, choice, reasons, settled && choice is not null);
    }

    static Measurement? ByTarget(LoadLevel load, Measurement[] points, double target, List<string> reasons)
    {
        var served = points.Where(IsServed).ToArray();
        if (served is [])
            return NoneServes(load, points, reasons);
        var holds = served.Where(point => point.P99 <= target).ToArray();
        if (holds is [])
        {
            var best = served.MinBy(point => point.P99)!;
            reasons.Insert(0, Text($"No budget holds a p99 of {target:0.###} ms: the best is {best.P99:N1} ms with {best.Point.Budget}. Lower the load, shorten what holds a connection, or accept a higher target."));
            return null;
        }

        var choice = holds[0];
        reasons.Insert(0, Text($"{choice.Point.Budget} is the smallest budget that holds a p99 of {target:0.###} ms: it has {choice.P99:N1} ms."));
        if (points.FirstOrDefault(point => point.Point.Budget > choice.Point.Budget && point.P99 > target) is { } worse)
            reasons.Add(Text($"A larger one, {worse.Point.Budget}, has {worse.P99:N1} ms and does not: the target lies within the noise, or more connections slow the server down."));
        return choice;
    }

    static Measurement ByKnee(Measurement[] points, List<string> reasons, ref bool settled)
    {
        var knee = Knee.Find([.. points.Select(point => ((double)point.Point.Budget, point.Throughput))]);
        var choice = points[knee.Index];
        var best = points.MaxBy(point => point.Throughput)!;
        settled = knee.Shape != CurveShape.Rising;
        if (IsChurning(choice) && points[^1] is var largest && IsChurning(largest))
        {
            settled = false;
            reasons.Insert(0, Text($"Every budget of the sweep is too small for the databases in use: with {largest.Point.Budget}, {largest.Evicted:N0} connections a second are closed to make room for another database's. Sweep budgets beyond {Math.Max(choice.Point.Series.Tenants, largest.Point.Budget)}, or place fewer tenants in databases of their own."));
            return largest;
        }

        var (isolation, load, _) = choice.Point.Series;
        if (!load.IsOpen && isolation is (FleetKind.Row or FleetKind.Schema) && points.First(point => point == choice || point.Point.Budget >= load.Value) is var enough && enough != choice)
        {
            reasons.Insert(0, Text($"{enough.Point.Budget} gives each of the {load} a connection, and tenants that share a pool hardly use more: {enough.Throughput:N0}/s, {enough.Throughput / best.Throughput:P0} of the best ({best.Throughput:N0}/s with {best.Point.Budget}); the difference is most likely noise."));
            settled = true;
            return enough;
        }

        reasons.Insert(0, knee.Shape switch
        {
            CurveShape.Rising when choice.Point.Budget >= choice.Point.Series.Load.Value && points[^2].Point.Budget < choice.Point.Series.Load.Value =>
                Text($"Throughput rises until each of the {choice.Point.Series.Load} has a connection. More clients may use more: sweep a larger --concurrency."),
            CurveShape.Knee => Text($"The knee is at {choice.Point.Budget}: {choice.Throughput:N0}/s, {choice.Throughput / best.Throughput:P0} of the best ({best.Throughput:N0}/s with {best.Point.Budget})."),
            CurveShape.Flat => Text($"Throughput hardly depends on the budget; the smallest, {choice.Point.Budget}, has {choice.Throughput / best.Throughput:P0} of the best."),
            CurveShape.Rising => Text($"There is no knee within the sweep: throughput still rises at {choice.Point.Budget}. Sweep larger budgets."),
            _ => Text($"{choice.Point.Budget} has {choice.Throughput / best.Throughput:P0} of the best throughput. Give three budgets or more to see a knee."),
        });
        return choice;
    }

    static Measurement? ByService(LoadLevel load, Measurement[] points, List<string> reasons)
    {
        var served = points.Where(IsServed).ToArray();
        if (served is [])
            return NoneServes(load, points, reasons);
        var least = served.Min(point => point.P99);
        var choice = served.First(point => point.P99 <= least * Near);
        reasons.Insert(0, Text($"{choice.Point.Budget} is the smallest budget that serves {load} with a p99 near the best: {choice.P99:N1} ms, and {least:N1} at best."));
        return choice;
    }

    static Measurement? NoneServes(LoadLevel load, Measurement[] points, List<string> reasons)
    {
        var best = points.MaxBy(point => point.Throughput)!;
        reasons.Insert(0, Text($"No budget serves {load}: the best is {best.Throughput:N0}/s with {best.Point.Budget}. Lower --rate, or sweep larger budgets."));
        return null;
    }

    /// <summary>Clients that wait get what there is.</summary>
    static bool IsServed(Measurement point) => !point.Point.Series.Load.IsOpen || point.Throughput >= point.Offered * Served;

    /// <summary>Whether it costs more than a few requests a connection that another tenant's database needs.</summary>
    static bool IsChurning(Measurement point) => point.Evicted > point.Throughput * Churn;

    /// <summary>Little's law at the point: whether it is the connections that are short.</summary>
    static string Explain(Measurement point)
    {
        var busy = LittlesLaw.Busy(point.Throughput, point.Hold);
        var little = Text($"Little's law: {point.Throughput:N0}/s x {point.Hold:N2} ms = {busy:N1} connections in use of {point.Point.Budget}");
        return IsChurning(point) ? little + Text($"; yet {point.Evicted:N0} a second are closed to make room for another tenant's database, which costs a new connection each time.")
            : point.Point.Series.Load is { IsOpen: false, Value: var clients } && point.Point.Budget >= clients ? little + Text($", which is enough for all {clients} clients at once.")
            : busy > point.Point.Budget * 0.85 ? little + Text($", so nearly all are always in use, and {point.Waits:P0} of requests wait for one.")
            : little + Text($", so {point.Point.Budget - busy:N1} are spare for bursts; {point.Waits:P0} of requests wait for one.");
    }

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
