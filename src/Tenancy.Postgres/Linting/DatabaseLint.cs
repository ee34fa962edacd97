using Npgsql;

namespace Tenancy;

/// <summary>Runs every rule on a connection, in one snapshot that nothing can be written in.</summary>
internal static class DatabaseLint
{
    /// <summary>What the rules' queries are written for, as <c>server_version_num</c>. Older servers lack what they ask for.</summary>
    const int Oldest = 150000;

    /// <summary>The one rule that is asked of an older server.</summary>
    const string TooOld = "TEN801";

    static readonly string Given = SqlScript.Load("lint-given.sql");
    static readonly string Context = Given + SqlScript.Load("lint-context.sql");

    /// <summary>Runs the rules.</summary>
    /// <param name="connection">An open connection, outside a transaction.</param>
    /// <param name="role">The login that serves requests, or none for the one that the database was installed for.</param>
    /// <param name="cancellationToken">Ends it between two rules, or inside one.</param>
    public static async Task<List<LintFinding>> RunAsync(NpgsqlConnection connection, string? role, CancellationToken cancellationToken)
    {
        List<LintFinding> findings;
        var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            using (var readOnly = new NpgsqlCommand("set transaction read only", connection))
                await readOnly.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            findings = await RunRulesAsync(connection, role, LintRules.All, cancellationToken).ConfigureAwait(false);
            await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
        }

        return findings;
    }

    /// <summary>Runs rules in the transaction that is open.</summary>
    internal static async Task<List<LintFinding>> RunRulesAsync(
        NpgsqlConnection connection, string? role, IEnumerable<LintRule> rules, CancellationToken cancellationToken)
    {
        // Names of the application's objects then come out qualified, so that a remedy can be run from anywhere. To compile
        // such queries would take longer than to run them.
        using (var begin = new NpgsqlCommand("set local search_path = pg_catalog, pg_temp; set local standard_conforming_strings = on; set local jit = off", connection))
            await begin.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        var facts = await LintFacts.FindAsync(connection, role, cancellationToken).ConfigureAwait(false);
        var findings = new List<LintFinding>();
        if (facts.ServerVersion < Oldest)
            rules = rules.Where(static rule => rule.Id == TooOld);
        foreach (var rule in rules)
            await RunAsync(connection, rule, facts, findings, cancellationToken).ConfigureAwait(false);
        return findings;
    }

    internal static async Task RunAsync(
        NpgsqlConnection connection, LintRule rule, LintFacts facts, List<LintFinding> findings, CancellationToken cancellationToken)
    {
        using var command = new NpgsqlCommand((rule.Id == TooOld ? Given : Context) + rule.Query, connection);
        facts.AddTo(command.Parameters);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                findings.Add(new LintFinding(
                    rule, connection.Database, reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? rule.Remedy : reader.GetString(2)));
            }
        }
    }
}
