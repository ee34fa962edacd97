namespace Tenancy.Conformance;

/// <summary>One thing that must hold under every isolation.</summary>
/// <param name="Invariant">The invariant of the architecture that it watches.</param>
/// <param name="Name">A short name.</param>
/// <param name="RunAsync">Throws where it does not hold.</param>
public sealed record Check(string Invariant, string Name, Func<Subject, Task> RunAsync)
{
    public override string ToString() => $"{Invariant} {Name}";
}

/// <summary>All checks. What an isolation cannot show, its check says itself.</summary>
public static class Suite
{
    public static readonly IReadOnlyList<Check> Checks =
        [.. ScopeChecks.All, .. RowChecks.All, .. AttackChecks.All, .. LoginChecks.All, .. ConnectionChecks.All, .. AmbientChecks.All];

    /// <summary>Runs checks and returns those that failed, each with what it said.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> FailuresAsync(Subject subject, Func<string, bool> which)
    {
        var failures = new Dictionary<string, string>();
        foreach (var check in Checks.Where(check => which(check.Name)))
        {
            try
            {
                await check.RunAsync(subject);
            }
            catch (Exception e)
            {
                failures.Add(check.Name, e.Message);
            }
        }

        return failures;
    }
}
