using System.Text.Json;

namespace Tenancy.Cli.Linting.Output;

/// <summary>The report as one JSON object: databases, findings, allowed, unused.</summary>
static class JsonReport
{
    public static void Write(LintReport report, TextWriter output) => JsonText.Write(output, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("databases");
        foreach (var database in report.Databases)
            json.WriteStringValue(database);
        json.WriteEndArray();
        json.WriteStartArray("findings");
        foreach (var finding in report.Findings)
            WriteFinding(json, finding, reason: null);
        json.WriteEndArray();
        json.WriteStartArray("allowed");
        foreach (var (finding, reason) in report.Allowed)
            WriteFinding(json, finding, reason);
        json.WriteEndArray();
        json.WriteStartArray("unused");
        foreach (var allowance in report.Unused)
        {
            json.WriteStartObject();
            json.WriteString("rule", allowance.Rule);
            json.WriteString("target", allowance.Target);
            json.WriteString("reason", allowance.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    static void WriteFinding(Utf8JsonWriter json, LintFinding finding, string? reason)
    {
        json.WriteStartObject();
        json.WriteString("rule", finding.Rule.Id);
        json.WriteString("name", finding.Rule.Name);
        json.WriteString("severity", finding.Rule.Severity.ToString().ToLowerInvariant());
        json.WriteString("database", finding.Database);
        json.WriteString("target", finding.Target);
        json.WriteString("problem", finding.Problem);
        json.WriteString("why", finding.Rule.Why);
        json.WriteString("remedy", finding.Remedy);
        if (reason is not null)
            json.WriteString("reason", reason);
        json.WriteEndObject();
    }
}
