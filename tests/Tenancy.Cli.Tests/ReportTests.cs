using System.Text.Json;

namespace Tenancy.Cli.Tests;

/// <summary>What other programs read.</summary>
[Collection(nameof(CliFixture))]
public sealed class ReportTests(CliFixture fixture)
{
    async Task<JsonDocument> RunAsync(string format)
    {
        var allow = Path.GetTempFileName();
        await File.WriteAllTextAsync(allow, """[{ "rule": "TEN205", "target": "app.legacy", "reason": "Read by nobody." }, { "rule": "TEN603", "target": "app", "reason": "It was." }]""");
        var (_, output, _) = await CliFixture.RunAsync(null, "lint", "-c", fixture.Faulty, "-f", format, "-a", allow);
        File.Delete(allow);
        return JsonDocument.Parse(output);
    }

    [Fact]
    public async Task Json_has_what_was_found_allowed_and_not_used()
    {
        using var json = await RunAsync("json");
        var found = json.RootElement.GetProperty("findings").EnumerateArray().Single(finding => Text(finding, "rule") == "TEN301");
        Assert.Equal(("unique-without-tenant", "error", fixture.FaultyDatabase, "app.notes.notes_mark"),
            (Text(found, "name"), Text(found, "severity"), Text(found, "database"), Text(found, "target")));
        Assert.EndsWith(";", Text(found, "remedy"), StringComparison.Ordinal);
        Assert.All(["problem", "why"], property => Assert.NotEmpty(Text(found, property)));
        Assert.Equal("Read by nobody.", Text(Assert.Single(json.RootElement.GetProperty("allowed").EnumerateArray().ToList()), "reason"));
        Assert.Equal("TEN603", Text(Assert.Single(json.RootElement.GetProperty("unused").EnumerateArray().ToList()), "rule"));
    }

    /// <summary>What SARIF 2.1.0 requires (sections 3.13 to 3.50), and what viewers need of the rest.</summary>
    [Fact]
    public async Task Sarif_is_valid()
    {
        using var json = await RunAsync("sarif");
        Assert.Equal("2.1.0", Text(json.RootElement, "version"));
        Assert.EndsWith("sarif-schema-2.1.0.json", Text(json.RootElement, "$schema"), StringComparison.Ordinal);
        Assert.Equal(["$schema", "version", "runs"], json.RootElement.EnumerateObject().Select(property => property.Name));
        var run = Assert.Single(json.RootElement.GetProperty("runs").EnumerateArray().ToList());
        var driver = run.GetProperty("tool").GetProperty("driver");
        Assert.NotEmpty(Text(driver, "name"));
        Assert.Matches(@"^\d+\.\d+\.\d+", Text(driver, "semanticVersion"));

        var rules = driver.GetProperty("rules").EnumerateArray().ToList();
        Assert.Equal(LintRules.All.Select(rule => rule.Id), rules.Select(rule => Text(rule, "id")));
        Assert.All(rules, rule =>
        {
            Assert.All(["shortDescription", "fullDescription", "help"], property => Assert.NotEmpty(Text(rule.GetProperty(property), "text")));
            Assert.Contains(Text(rule.GetProperty("defaultConfiguration"), "level"), (string[])["error", "warning", "note"]);
        });

        var results = run.GetProperty("results").EnumerateArray().ToList();
        Assert.Contains(results, result => Text(result, "ruleId") == "TEN301" && Text(result, "level") == "error");
        Assert.All(results, result =>
        {
            Assert.Equal(Text(result, "ruleId"), Text(rules[result.GetProperty("ruleIndex").GetInt32()], "id"));
            Assert.NotEmpty(Text(result.GetProperty("message"), "text"));
            var location = Assert.Single(result.GetProperty("locations").EnumerateArray().ToList());
            var logical = Assert.Single(location.GetProperty("logicalLocations").EnumerateArray().ToList());
            Assert.StartsWith(fixture.FaultyDatabase + ".", Text(logical, "fullyQualifiedName"), StringComparison.Ordinal);
            Assert.Equal(64, Text(result.GetProperty("partialFingerprints"), "ruleAndTarget/v1").Length);
        });
        Assert.Equal(results.Count, results.Select(result => Text(result.GetProperty("partialFingerprints"), "ruleAndTarget/v1")).Distinct().Count());
        var suppressed = Assert.Single(results, result => result.TryGetProperty("suppressions", out _));
        var suppression = Assert.Single(suppressed.GetProperty("suppressions").EnumerateArray().ToList());
        Assert.Equal(("TEN205", "external", "Read by nobody."), (Text(suppressed, "ruleId"), Text(suppression, "kind"), Text(suppression, "justification")));
    }

    static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;
}
