namespace Tenancy.Postgres.Tests;

/// <summary>A fault, and what has to be found of it.</summary>
/// <param name="Rule">The rule that has to find it.</param>
/// <param name="Target">What the finding names.</param>
/// <param name="Plant">Plants it, as a superuser. {app}, {database}, {schema} and {other} stand for names.</param>
public sealed record LintFault(string Rule, string Target, string Plant)
{
    public Place Place { get; init; }

    /// <summary>Rules that find it as well.</summary>
    public string[] Also { get; init; } = [];

    /// <summary>Mends it where the remedy is no statement.</summary>
    public string? Mend { get; init; }

    /// <summary>Rule and fault, as short as a test's name has to be.</summary>
    public override string ToString() => $"{Rule} {Plant[..Math.Min(Plant.Length, 90)]}";
}
