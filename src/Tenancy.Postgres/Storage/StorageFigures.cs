namespace Tenancy;

/// <summary>What was measured of one tenant.</summary>
internal readonly record struct StorageFigures(long Bytes, long Tables, long MostRows, bool IsExact)
{
    public StorageFigures Plus(double bytes, long rows) => this with { Bytes = Bytes + (long)bytes, Tables = Tables + 1, MostRows = Math.Max(MostRows, rows) };
}
