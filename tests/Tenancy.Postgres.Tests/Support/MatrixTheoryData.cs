namespace Tenancy.Postgres.Tests;

/// <summary>Every pair of two lists.</summary>
public sealed class MatrixTheoryData<T1, T2> : TheoryData<T1, T2>
{
    public MatrixTheoryData(IEnumerable<T1> first, IReadOnlyCollection<T2> second)
    {
        foreach (var one in first)
            foreach (var two in second)
                Add(one, two);
    }
}
