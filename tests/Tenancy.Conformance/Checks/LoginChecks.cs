using Npgsql;

namespace Tenancy.Conformance;

/// <summary>I4: the login owns nothing, is bound by row security, and can leave nothing behind. I5: the pool keeps its bound.</summary>
static class LoginChecks
{
    public static readonly Check[] All =
    [
        new("I4", "proof-finds-nothing", ProofAsync),
        new("I4", "login-leaves-no-state", StateAsync),
        new("I4", "login-touches-no-other-session", SessionsAsync),
        new("I5", "pool-keeps-its-bound", BoundAsync),
    ];

    static async Task ProofAsync(Subject subject)
    {
        await using var lease = await subject.LeaseUnenteredAsync(subject.A);
        var connection = lease.Connection;
        var findings = await IsolationProof.RunAsync(connection, subject.A.Id, subject.SettingsOf(subject.A), async: true, CancellationToken.None);
        // Without the revocation of set_config, which Signed does not need, that alone is said.
        var known = subject.Level == ProtectionLevel.Signed && Array.TrueForAll([.. findings], finding => !finding.IsFatal && finding.Problem.Contains("set_config", StringComparison.Ordinal));
        Violation.If(findings.Count > 0 && !known, "The proof found: " + string.Join(' ', findings));
        if (known && findings.Count > 0)
            return;
        var keepsReset = await subject.AsAsync(subject.A, opened => Task.FromResult(opened.Route.Pool.KeepsReset && opened.Route.Pool.Reset != SessionReset.Discard));
        Violation.If(keepsReset, "The pool resets its sessions although nothing was found.");
    }

    static async Task StateAsync(Subject subject)
    {
        foreach (var statement in new[]
                 {
                     "select pg_advisory_lock(77)", "select pg_try_advisory_lock(77)", "select pg_advisory_lock_shared(1, 2)", "select setseed(0.5)",
                     "select * into temp leftover from notes", "select * into leftover from notes", "select * into extensions.leftover from notes",
                     "select lo_create(0)", "select lo_from_bytea(0, '\\x00')", "select nextval('pg_catalog.pg_class_oid_index')",
                 })
        {
            await Violation.Unless<PostgresException>(() => subject.ReadAsync(subject.A, statement), $"'{statement}' was let through.");
        }

        // Locks that end with the transaction are no state.
        await subject.ReadAsync(subject.A, "select pg_advisory_xact_lock(77)");
    }

    static async Task SessionsAsync(Subject subject)
    {
        foreach (var statement in new[]
                 {
                     "select pg_terminate_backend(pid) from pg_stat_activity", "select pg_cancel_backend(pg_backend_pid())", "select query from pg_stat_activity",
                     "select pg_stat_get_backend_activity(1)", "select pg_logical_emit_message(false, 'x', 'y')",
                 })
        {
            var error = await Violation.Unless<PostgresException>(() => subject.ReadAsync(subject.A, statement), $"'{statement}' was let through.");
            Violation.If(error.SqlState != PostgresErrorCodes.InsufficientPrivilege, $"'{statement}' failed for another reason: {error.MessageText}");
        }
    }

    static async Task BoundAsync(Subject subject)
    {
        var budget = subject.Deployment.Options.Budget;
        var login = subject.HasOwnLogins ? TenantNames.For(subject.A.Id) : subject.Deployment.Options.AppLogin;
        await using var watcher = await PrivateCluster.OpenAsync("postgres");
        var most = 0L;
        using var done = new CancellationTokenSource();
        var watching = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                await using var count = new NpgsqlCommand("select count(*) from pg_stat_activity where datname = $1 and usename = $2", watcher)
                {
                    Parameters = { new() { Value = subject.A.Placement.Database }, new() { Value = login } },
                };
                most = Math.Max(most, (long)(await count.ExecuteScalarAsync())!);
            }
        });
        try
        {
            await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => subject.ReadAsync(subject.A, "select pg_sleep(0.01), mark from notes"))));
        }
        finally
        {
            await done.CancelAsync();
            await watching;
        }

        Violation.If(most == 0 || most > budget, $"40 clients held {most} connections, with a bound of {budget}.");
    }
}
