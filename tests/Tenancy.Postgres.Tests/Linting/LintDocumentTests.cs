using System.Text.RegularExpressions;

namespace Tenancy.Postgres.Tests;

/// <summary>docs/lint.md says of each rule what its file does.</summary>
public sealed partial class LintDocumentTests
{
    static readonly string Page = Repository.Read("docs/lint.md");

    [Fact]
    public void Each_rule_has_its_row_and_no_row_is_without_a_rule()
    {
        var rows = Row().Matches(Page).Select(match => match.Value);
        Assert.Equal(LintRules.All.Select(rule =>
            $"| {rule.Id} | {rule.Severity.ToString().ToLowerInvariant()} | {rule.Name}: {rule.Title} | {rule.Why} | {rule.Remedy} |"), rows);
    }

    [Fact]
    public void Each_topic_has_its_heading() => Assert.Equal(
        LintRules.All.Select(rule => rule.Topic).Distinct(), Topic().Matches(Page).Select(match => match.Groups[1].Value));

    [Fact]
    public void Its_allow_list_can_be_read()
    {
        var json = Page[Page.LastIndexOf("```json", StringComparison.Ordinal)..].Split("```")[1]["json".Length..];
        Assert.Equal(["TEN105", "TEN508"], LintAllowList.Parse(json).Select(allowance => allowance.Rule));
    }

    [Theory]
    [InlineData("-- severity: error\nselect 1", "lacks 'title'")]
    [InlineData("-- severity: error\n-- severity: error\nselect 1", "each key once")]
    [InlineData("-- a comment\nselect 1", "key: value")]
    [InlineData("-- severity: error\n-- title: t\n-- why: w\n-- remedy: r\n-- colour: c\nselect 1", "no 'colour'")]
    public void A_rule_that_lacks_something_is_not_loaded(string file, string told) =>
        Assert.Contains(told, Assert.Throws<FormatException>(() => LintRuleText.Parse(file)).Message, StringComparison.Ordinal);

    [GeneratedRegex(@"^\| TEN.*$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"^### (.*)$", RegexOptions.Multiline)]
    private static partial Regex Topic();
}
