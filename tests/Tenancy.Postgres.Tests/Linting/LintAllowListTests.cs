namespace Tenancy.Postgres.Tests;

public sealed class LintAllowListTests
{
    static LintFinding Finding(string id, string target) =>
        new(LintRules.All.Single(rule => rule.Id == id), "tenants", target, $"{target} is at fault.", "mend it;");

    [Theory]
    [InlineData("""[{ "rule": "TEN205", "target": "app.legacy" }]""", "Entry 1", "no reason")]
    [InlineData("""[{ "rule": "TEN205", "target": "app.legacy", "reason": " " }]""", "Entry 1", "no reason")]
    [InlineData("""[{ "rule": "TEN205", "target": "app.legacy", "reason": 5 }]""", "Entry 1", "no reason")]
    [InlineData("""[{ "rule": "TEN999", "target": "app.legacy", "reason": "old" }]""", "Entry 1", "'TEN999'")]
    [InlineData("""[{ "rule": "ten205", "target": "app.legacy", "reason": "old" }]""", "Entry 1", "'ten205'")]
    [InlineData("""[{ "rule": "TEN205", "reason": "old" }]""", "Entry 1", "no target")]
    [InlineData("""[{ "rule": "TEN205", "target": "a", "reason": "old", "because": "x" }]""", "Entry 1", "'because'")]
    [InlineData("""["TEN205"]""", "Entry 1", "not an object")]
    [InlineData("""{ "rule": "TEN205" }""", "not an array", "Give [")]
    [InlineData("""[""", "not JSON", "")]
    public void A_mistake_is_named(string json, string where, string what)
    {
        var mistake = Assert.Throws<FormatException>(() => LintAllowList.Parse(json)).Message;
        Assert.Contains(where, mistake, StringComparison.Ordinal);
        Assert.Contains(what, mistake, StringComparison.Ordinal);
    }

    [Fact]
    public void All_mistakes_are_named_at_once()
    {
        var mistakes = Assert.Throws<FormatException>(() => LintAllowList.Parse("""[{ "rule": "TEN999" }, { "rule": "TEN205", "target": "a" }, 5]""")).Message;
        Assert.All(["Entry 1", "Entry 2", "Entry 3"], entry => Assert.Contains(entry, mistakes, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_is_read_with_comments()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """[ /* known */ { "rule": "TEN205", "target": "app.legacy", "reason": "read by nobody" }, ]""");
        var allowance = Assert.Single(await LintAllowList.ReadAsync(file));
        File.Delete(file);
        Assert.Equal(new LintAllowance("TEN205", "app.legacy", "read by nobody"), allowance);
    }

    [Theory]
    [InlineData("app.legacy", "app.legacy", true)]
    [InlineData("app.legacy", "app.legacy2", false)]
    [InlineData("app.legacy", "myapp.legacy", false)]
    [InlineData("app.legacy", "app_legacy", false)]
    [InlineData("*.legacy", "t_00.legacy", true)]
    [InlineData("*.legacy", "t_00.legacy.index", false)]
    [InlineData("*", "anything\nat all", true)]
    [InlineData("f(*)", "f(text,integer)", true)]
    public void A_star_stands_for_any_text(string pattern, string target, bool covered)
    {
        var report = LintReport.Of(["tenants"], [Finding("TEN205", target)], [new LintAllowance("TEN205", pattern, "known")]);
        Assert.Equal(covered, report.Findings.Count == 0);
        Assert.Equal(covered, report.Allowed is [{ Reason: "known" }]);
        Assert.Equal(covered, report.Unused.Count == 0);
    }

    [Fact]
    public void A_rule_is_allowed_and_no_other() =>
        Assert.Single(LintReport.Of(["tenants"], [Finding("TEN205", "app.x"), Finding("TEN204", "app.x")], [new("TEN205", "*", "known")]).Findings);

    [Fact]
    public void What_is_found_is_told_with_its_remedy_worst_first()
    {
        var report = LintReport.Of(["tenants"], [Finding("TEN105", "postgres"), Finding("TEN205", "app.x"), Finding("TEN204", "app.y")], [new("TEN301", "app.z", "gone")]);
        Assert.Equal(["TEN204", "TEN205", "TEN105"], report.Findings.Select(finding => finding.Rule.Id));
        var error = Assert.Throws<LintException>(() => report.EnsureClean());
        Assert.Same(report, error.Report);
        Assert.Contains("2 faults in tenants", error.Message, StringComparison.Ordinal);
        Assert.Contains("TEN204 error tenants: app.y is at fault.", error.Message, StringComparison.Ordinal);
        Assert.Contains("mend: mend it;", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("TEN105", error.Message, StringComparison.Ordinal);
        Assert.Contains("TEN301 on 'app.z' matches nothing", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TEN105", LintSeverity.Warning, false)]
    [InlineData("TEN105", LintSeverity.Info, true)]
    [InlineData("TEN205", LintSeverity.Warning, true)]
    [InlineData("TEN205", LintSeverity.Error, false)]
    [InlineData("TEN204", LintSeverity.Error, true)]
    public void A_severity_decides_what_fails(string rule, LintSeverity severity, bool fails)
    {
        var report = LintReport.Of(["tenants"], [Finding(rule, "x")], []);
        Assert.Equal(fails, Record.Exception(() => report.EnsureClean(severity)) is LintException);
    }
}
