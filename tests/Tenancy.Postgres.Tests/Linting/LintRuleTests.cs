using System.Text.RegularExpressions;

namespace Tenancy.Postgres.Tests;

/// <summary>Each rule finds its fault and no other does, and what the finding says to run mends it.</summary>
[Collection(nameof(LintFixture))]
public sealed class LintRuleTests(LintFixture fixture)
{
    public static TheoryData<LintFault> Faults => [.. LintFaults.All];

    [Theory, MemberData(nameof(Faults))]
    public async Task A_fault_is_found_and_its_remedy_mends_it(LintFault fault)
    {
        var before = await fixture.BeforeAsync(fault.Place);
        await using var bench = await fixture.WorkAsync(fault.Place);
        await bench.RunAsync(fault.Plant);
        var found = New(await bench.LintAsync(), before);
        var target = "^" + Regex.Escape(bench.Fill(fault.Target)).Replace("\\*", ".*", StringComparison.Ordinal) + "$";
        Assert.Contains(found, finding => finding.Rule.Id == fault.Rule && Regex.IsMatch(finding.Target, target));
        Assert.All(fault.Also, rule => Assert.Contains(found, finding => finding.Rule.Id == rule));
        Assert.DoesNotContain(found, finding => finding.Rule.Id != fault.Rule && !fault.Also.Contains(finding.Rule.Id));

        if (fault.Mend is { } mend)
        {
            await bench.RunAsync(mend);
        }
        else
        {
            foreach (var finding in found.Where(finding => finding.Rule.Id == fault.Rule))
                await bench.RunAsync(finding.Remedy);
        }

        Assert.Empty(New(await bench.LintAsync(fault.Rule), before));
    }

    [Fact]
    public void Every_rule_has_a_fault()
    {
        var faults = LintFaults.All.Select(fault => fault.Rule).Concat(LintFaults.Elsewhere).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(LintRules.All.Select(rule => rule.Id), faults);
    }

    static List<LintFinding> New(List<LintFinding> now, IReadOnlyList<LintFinding> before) =>
        [.. now.Where(finding => !before.Any(known => known.Rule == finding.Rule && known.Target == finding.Target))];
}
