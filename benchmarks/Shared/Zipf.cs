namespace Tenancy.Benchmarks;

/// <summary>
/// Ranks under Zipf's law: with exponent 1 the first is asked for twice as often as the second, with 0 all alike.
/// </summary>
internal sealed class Zipf
{
    readonly double[] _cumulated;

    public Zipf(int count, double exponent = 1)
    {
        _cumulated = new double[count];
        var sum = 0.0;
        for (var rank = 0; rank < count; rank++)
            _cumulated[rank] = sum += Math.Pow(rank + 1, -exponent);
    }

    public int Next(Random random)
    {
        var found = Array.BinarySearch(_cumulated, random.NextDouble() * _cumulated[^1]);
        return Math.Min(found < 0 ? ~found : found, _cumulated.Length - 1);
    }
}
