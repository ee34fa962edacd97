namespace Tenancy.Postgres.Tests;

/// <summary>The rules whose fault is not in one database alone.</summary>
[Collection(nameof(LintFixture))]
public sealed class LintServerTests(LintFixture fixture)
{
    [Theory]
    [InlineData(140023, true, true)]
    [InlineData(150018, false, true)]
    [InlineData(150019, false, false)]
    [InlineData(160014, false, true)]
    [InlineData(160015, false, false)]
    [InlineData(170010, false, true)]
    [InlineData(170011, false, false)]
    [InlineData(180004, false, true)]
    [InlineData(180006, false, false)]
    [InlineData(190000, false, false)]
    public async Task An_old_server_is_found(int version, bool tooOld, bool lacksFixes)
    {
        await using var bench = await fixture.WorkAsync(Place.Shared);
        Assert.Equal(tooOld, (await bench.LintAsync("TEN801", facts => facts with { ServerVersion = version })).Count == 1);
        Assert.Equal(lacksFixes && !tooOld, (await bench.LintAsync("TEN802", facts => facts with { ServerVersion = version })).Count == 1);
    }

    /// <summary>Both are there on any server, so that the rule's own remedy is what makes the difference.</summary>
    [Theory]
    [InlineData("TEN105", 2)]
    [InlineData("TEN508", 1)]
    public async Task What_every_server_has_is_told_and_can_be_mended(string rule, int count)
    {
        await using var bench = await fixture.WorkAsync(Place.Shared);
        var found = await bench.LintAsync(rule);
        Assert.Equal(count, found.Count);
        foreach (var finding in found)
            await bench.RunAsync(finding.Remedy);
        Assert.Empty(await bench.LintAsync(rule));
    }

    /// <summary>Sessions that begin with it; rules have backslashes in them, which must mean the same.</summary>
    [Fact]
    public async Task A_setting_that_ends_literals_early_is_found()
    {
        var (database, login) = (fixture.Deployment.SharedDatabase, fixture.Deployment.Options.AppLogin);
        var before = await TenancyLinter.LintAsync(Deployment.ConnectionString(database, "tenancy_migrator"));
        await PrivateCluster.ExecuteAsync(database, $"alter database {database} set standard_conforming_strings = off");
        var report = await TenancyLinter.LintAsync(Deployment.ConnectionString(database, "tenancy_migrator"), new LintSettings { Role = login });
        var found = report.Findings.Where(finding => !before.Findings.Any(known => known.Target == finding.Target)).ToList();
        await PrivateCluster.ExecuteAsync(database, found.Single(finding => finding.Rule.Id == "TEN112").Remedy);
        Assert.Equal(["TEN111", "TEN112"], found.Select(finding => finding.Rule.Id).Order(StringComparer.Ordinal));
        Assert.Equal(before.Findings.Count, (await TenancyLinter.LintAsync(Deployment.ConnectionString(database, "tenancy_migrator"))).Findings.Count);
    }
}
