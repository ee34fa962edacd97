using System.CommandLine;
using Tenancy.Cli.Linting.Output;

namespace Tenancy.Cli.Linting;

/// <summary><c>tenancy lint</c>: what leaks between tenants in one database, or several.</summary>
static class LintCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var connections = new Option<string[]>("--connection", "-c")
        {
            Description = "A database: \"Host=…;Database=…;Username=…\". Log in as the migrator. May be given again for another database. "
                + $"Default: the environment variable {Connections.Variable}. Leave the password to PGPASSWORD or a passfile: a command line is there for all to read.",
            HelpName = "connection string",
        };
        var role = new Option<string?>("--role", "-r")
        {
            Description = "The login that serves requests. Default: the one that the database was installed for.",
            HelpName = "name",
        };
        var allow = new Option<FileInfo?>("--allow", "-a")
        {
            Description = "A JSON file of what is known and accepted: [{ \"rule\": \"TEN205\", \"target\": \"app.legacy\", \"reason\": \"…\" }].",
            HelpName = "file",
        };
        var format = new Option<string>("--format", "-f")
        {
            Description = "table, json or sarif (2.1.0).",
            DefaultValueFactory = static _ => "table",
            HelpName = "table|json|sarif",
        }.AcceptOnlyFromAmong("table", "json", "sarif");
        var failOn = new Option<string>("--fail-on")
        {
            Description = "The least severe finding that makes the exit code 1.",
            DefaultValueFactory = static _ => "warning",
            HelpName = "error|warning|info",
        }.AcceptOnlyFromAmong("error", "warning", "info");
        var command = new Command("lint", "Looks for what leaks between tenants, and says what mends it. It changes nothing. Exit code: 0 clean, 1 found, 2 failed.")
        {
            connections, role, allow, format, failOn,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var report = await LintAsync(
                Connections.Read(parsed.GetValue(connections) ?? [], surroundings), parsed.GetValue(role),
                await ReadAsync(parsed.GetValue(allow), cancellationToken), cancellationToken);
            Writers[parsed.GetValue(format)!](report, surroundings);
            foreach (var allowance in report.Unused)
                await surroundings.Error.WriteLineAsync($"The allowance of {allowance} matches nothing. Take it out, or correct it.");
            return report.Has(Enum.Parse<LintSeverity>(parsed.GetValue(failOn)!, ignoreCase: true)) ? ExitCode.Found : ExitCode.Clean;
        });
        return command;
    }

    static readonly Dictionary<string, Action<LintReport, Surroundings>> Writers = new(StringComparer.Ordinal)
    {
        ["table"] = TableReport.Write,
        ["json"] = static (report, surroundings) => JsonReport.Write(report, surroundings.Out),
        ["sarif"] = static (report, surroundings) => SarifReport.Write(report, surroundings.Out),
    };

    static async Task<LintReport> LintAsync(
        IReadOnlyList<string> connections, string? role, IReadOnlyList<LintAllowance> allow, CancellationToken cancellationToken)
    {
        var reports = new List<LintReport>();
        foreach (var connection in connections)
            reports.Add(await TenancyLinter.LintAsync(connection, new LintSettings { Role = role, Allow = allow }, cancellationToken));
        return LintReport.Join(reports);
    }

    static async Task<IReadOnlyList<LintAllowance>> ReadAsync(FileInfo? file, CancellationToken cancellationToken) =>
        file is null ? [] : await LintAllowList.ReadAsync(file.FullName, cancellationToken);
}
