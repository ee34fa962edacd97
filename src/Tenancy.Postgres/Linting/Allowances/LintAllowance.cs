using System.Text.RegularExpressions;

namespace Tenancy;

/// <summary>Findings that are known and accepted.</summary>
public sealed record LintAllowance
{
    /// <summary>Accepts findings of a rule.</summary>
    /// <param name="rule">The id of the rule, such as <c>TEN205</c>.</param>
    /// <param name="target">The object of the finding; <c>*</c> stands for any text, as in <c>t_*.legacy</c>.</param>
    /// <param name="reason">Why that is safe here.</param>
    /// <exception cref="FormatException">There is no such rule, or object or reason is missing.</exception>
    public LintAllowance(string rule, string target, string reason)
    {
        if (Mistake(rule, target, reason) is { } mistake)
            throw new FormatException(mistake);
        (Rule, Target, Reason) = (rule, target, reason);
    }

    /// <summary>The id of the rule.</summary>
    public string Rule { get; }

    /// <summary>The object, with <c>*</c> for any text.</summary>
    public string Target { get; }

    /// <summary>Why that is safe here.</summary>
    public string Reason { get; }

    /// <summary>Rule and object.</summary>
    public override string ToString() => $"{Rule} on '{Target}'";

    internal bool Covers(LintFinding finding) => finding.Rule.Id == Rule && Regex.IsMatch(
        finding.Target, @"\A" + Regex.Escape(Target).Replace(@"\*", ".*", StringComparison.Ordinal) + @"\z",
        RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking);

    internal static string? Mistake(string? rule, string? target, string? reason)
    {
        if (string.IsNullOrWhiteSpace(rule) || !LintRules.Contains(rule))
            return $"There is no rule '{rule}'. Give an id such as {LintRules.All[0].Id}; docs/lint.md lists them.";
        if (string.IsNullOrWhiteSpace(target))
            return $"An allowance of {rule} names no target. Give it as the finding does; '*' stands for any text.";
        return string.IsNullOrWhiteSpace(reason) ? $"The allowance of {rule} on '{target}' has no reason. Say why it is safe here." : null;
    }
}
