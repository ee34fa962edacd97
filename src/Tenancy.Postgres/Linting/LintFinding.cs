namespace Tenancy;

/// <summary>What a rule found in a database.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Database">The database it was found in.</param>
/// <param name="Target">What is at fault, qualified with its schema, such as <c>app.notes</c>.</param>
/// <param name="Problem">What is wrong with it.</param>
/// <param name="Remedy">What mends it. Where it ends with a semicolon it is SQL, to be run as an administrator.</param>
public sealed record LintFinding(LintRule Rule, string Database, string Target, string Problem, string Remedy)
{
    /// <summary>Rule, severity, problem, why, and remedy, in three lines.</summary>
    public override string ToString() =>
        $"{Rule.Id} {Rule.Severity.ToString().ToLowerInvariant()} {Database}: {Problem}" +
        $"{Environment.NewLine}    why: {Rule.Why}{Environment.NewLine}    mend: {Remedy}";
}
