using System.Text.RegularExpressions;

namespace Tenancy.Postgres.Tests;

/// <summary>What the proof refuses at start, the linter finds: nothing fatal is known to the one alone.</summary>
[Collection(nameof(LintFixture))]
public sealed class LintProofTests(LintFixture fixture)
{
    public static TheoryData<string, string> Fatal => ProofTests.Faults;

    [Theory, MemberData(nameof(Fatal))]
    public async Task A_fault_that_the_proof_refuses_is_an_error(string plant, string code)
    {
        var rules = LintRules.All.Where(rule => rule.Severity == LintSeverity.Error && rule.Proof.Contains(code)).ToList();
        await using var bench = await fixture.WorkAsync(Place.Shared);
        Assert.Empty(await bench.LintAsync(rules));
        await bench.RunAsync(plant);
        Assert.NotEmpty(await bench.LintAsync(rules));
    }

    [Theory]
    [InlineData("proof.sql", @"^(?:from .*)?select '([a-z-]+)', 'fatal'")]
    [InlineData("IsolationProof.cs", @"new ProofFinding\(""([a-z-]+)""")]
    public void Every_code_of_the_proof_has_a_rule(string file, string pattern)
    {
        var codes = Regex.Matches(Repository.Read($"src/Tenancy.Postgres/Isolation/Proof/{file}"), pattern, RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.True(codes.Count >= 3, $"{file} was read as having {codes.Count} codes.");
        Assert.DoesNotContain(codes, code => !Covered(code, LintSeverity.Error));
        // The codes that are put together in the query.
        Assert.All(["function-fatal", "table-unsecured", "table-unforced"], code => Assert.True(Covered(code, LintSeverity.Error)));
        Assert.True(Covered("function-state", LintSeverity.Warning));
        Assert.False(Covered("no-such-code", LintSeverity.Info));
    }

    static bool Covered(string code, LintSeverity severity) =>
        LintRules.All.Any(rule => rule.Severity == severity && rule.Proof.Contains(code));
}
