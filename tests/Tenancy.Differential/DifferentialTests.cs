using Tenancy.Differential.Cases;

namespace Tenancy.Differential;

/// <summary>Npgsql's behaviour is the reference: what a case sees of a tenant's connection is what it sees of a plain one.</summary>
public sealed class DifferentialTests(Sides sides) : IClassFixture<Sides>
{
    static readonly Dictionary<string, Scenario> Cases = new[]
    {
        ValueCases.All, ParameterCases.All, CommandCases.All, ReaderCases.All, TransactionCases.All, BatchCases.All, ProcedureCases.All, ConnectionCases.All, DapperCases.All,
    }.SelectMany(cases => cases).ToDictionary(one => one.Name);

    public static TheoryData<string> Names => [.. Cases.Keys];

    public static TheoryData<string> Accepted => [.. AcceptedDifferences.All.Keys];

    [Fact]
    public void There_are_at_least_150_cases() => Assert.True(Cases.Count >= 150, $"{Cases.Count} cases");

    [Theory, MemberData(nameof(Names))]
    public async Task A_tenants_connection_answers_as_a_plain_one(string name)
    {
        var one = Cases[name];
        foreach (var isolation in Enum.GetValues<TenantIsolation>())
        {
            if (AcceptedDifferences.All.TryGetValue(name, out var accepted) && accepted.In.Contains(isolation))
                continue;
            foreach (var async in new[] { true, false })
            {
                var (plain, tenant) = (await sides.PlainAsync(one, async), await sides.TenantAsync(one, isolation, async));
                Assert.True(Difference(plain, tenant) is not { } difference, $"{isolation}, {(async ? "async" : "sync")}: {Difference(plain, tenant)}");
            }
        }
    }

    [Theory, MemberData(nameof(Accepted))]
    public async Task An_accepted_difference_is_one(string name)
    {
        var (isolations, reason) = AcceptedDifferences.All[name];
        Assert.NotEmpty(reason);
        foreach (var isolation in isolations)
        {
            var differs = false;
            // Some depend on which of the driver's threads is first.
            for (var tries = 0; tries < 20 && !differs; tries++)
            {
                foreach (var async in new[] { true, false })
                    differs |= Difference(await sides.PlainAsync(Cases[name], async), await sides.TenantAsync(Cases[name], isolation, async)) is not null;
            }

            Assert.True(differs, $"{isolation}: there is no difference any more. Take it from the list.");
        }
    }

    [Theory]
    [InlineData(Flaw.LosesTheLastRow, "reader on select")]
    [InlineData(Flaw.CountsTheScope, "rows affected by update")]
    [InlineData(Flaw.ForgetsNull, "scalar of select of null")]
    [InlineData(Flaw.WidensIntegers, "value of integer")]
    [InlineData(Flaw.SwallowsErrors, "mistake: division by zero")]
    public async Task A_wrapper_with_a_flaw_would_be_found(Flaw flaw, string name)
    {
        var plain = await sides.PlainAsync(Cases[name], true);
        Assert.NotNull(Difference(plain, await sides.FlawedAsync(Cases[name], flaw)));
        Assert.Null(Difference(plain, await sides.FlawedAsync(Cases[name], Flaw.None)));
    }

    [Theory]
    [InlineData("update notes set size = 99 where id = 3")]
    [InlineData("delete from notes where id = 5")]
    [InlineData("update notes set mark = 'Note 1' where id = 1")]
    public async Task Data_that_differs_by_one_value_would_be_found(string change)
    {
        var one = Cases["reader on select"];
        Assert.NotNull(Difference(await sides.PlainAsync(one, true), await sides.TenantAsync(one, TenantIsolation.Row, true, change)));
        Assert.Null(Difference(await sides.PlainAsync(one, true), await sides.TenantAsync(one, TenantIsolation.Row, true)));
    }

    /// <summary>The first line in which two transcripts differ.</summary>
    static string? Difference(Transcript plain, Transcript tenant)
    {
        for (var i = 0; i < Math.Max(plain.Lines.Count, tenant.Lines.Count); i++)
        {
            var (expected, seen) = (plain.Lines.ElementAtOrDefault(i), tenant.Lines.ElementAtOrDefault(i));
            if (expected != seen)
                return $"line {i}\n  plain:  {expected}\n  tenant: {seen}";
        }

        return null;
    }
}
