namespace Tenancy.PoolSizing;

/// <summary>Puts values on a line of pixels, straight or by their logarithm.</summary>
internal sealed class Axis
{
    readonly Func<double, double> _scale;
    readonly double _from;
    readonly double _to;

    Axis(IReadOnlyList<double> ticks, double least, double most, bool isLogarithmic)
    {
        Ticks = ticks;
        IsLogarithmic = isLogarithmic;
        _scale = isLogarithmic ? Math.Log : static value => value;
        (_from, _to) = (_scale(least), _scale(most));
    }

    public IReadOnlyList<double> Ticks { get; }

    public bool IsLogarithmic { get; }

    /// <summary>Each value is a tick; logarithmic where they are far apart.</summary>
    public static Axis OfChoices(IReadOnlyCollection<double> values)
    {
        var (least, most) = (values.Min(), values.Max());
        if (least == most)
            return new Axis([least], least - 1, most + 1, false);
        var isLogarithmic = most / least >= 8;
        var margin = isLogarithmic ? Math.Pow(most / least, 0.05) : (most - least) * 0.05;
        return isLogarithmic
            ? new Axis([.. values.Order()], least / margin, most * margin, true)
            : new Axis([.. values.Order()], least - margin, most + margin, false);
    }

    /// <summary>From zero, or by logarithm where the values span more than this.</summary>
    public static Axis OfAmounts(IReadOnlyCollection<double> values, double span = 20)
    {
        var positive = values.Where(value => value > 0).ToArray();
        if (positive is [])
            return new Axis([0, 1], 0, 1, false);
        return positive.Max() / positive.Min() > span ? Logarithmic(positive) : Linear(positive.Max());
    }

    /// <summary>From 0 where the axis begins to 1 where it ends.</summary>
    public double Place(double value) => (_scale(Math.Max(value, IsLogarithmic ? double.Epsilon : value)) - _from) / (_to - _from);

    static Axis Linear(double most)
    {
        var rough = most / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = new[] { 1.0, 2, 5, 10 }.First(factor => factor * power >= rough) * power;
        var count = (int)Math.Ceiling(most * 1.02 / step);
        return new Axis([.. Enumerable.Range(0, count + 1).Select(i => i * step)], 0, count * step, false);
    }

    static Axis Logarithmic(double[] values)
    {
        var ticks = new List<double>();
        for (var power = Math.Floor(Math.Log10(values.Min())); power <= Math.Ceiling(Math.Log10(values.Max())); power++)
            ticks.AddRange(new[] { 1.0, 2, 5 }.Select(factor => factor * Math.Pow(10, power)));
        var (first, last) = (ticks.Last(tick => tick <= values.Min()), ticks.First(tick => tick >= values.Max()));
        return new Axis([.. ticks.Where(tick => tick >= first && tick <= last)], first, last, true);
    }
}
