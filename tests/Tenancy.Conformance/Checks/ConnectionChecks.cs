using System.Data;
using Npgsql;

namespace Tenancy.Conformance;

/// <summary>What goes wrong on a connection of one tenant does not reach the next.</summary>
static class ConnectionChecks
{
    public static readonly Check[] All =
    [
        new("I3", "reopened-connections", ReopenedAsync),
        new("I3", "cancelled-statements", CancelledAsync),
        new("I3", "aborted-transactions", AbortedAsync),
        new("I3", "killed-backends", KilledAsync),
        new("I3", "readers-end-with-their-lease", StaleReaderAsync),
        new("I3", "transactions-end-with-their-lease", StaleTransactionAsync),
        new("I3", "destroyed-on-a-refused-scope", DestroyedAsync),
        new("I6", "suspended-and-gone-are-refused", UnavailableAsync),
    ];

    static async Task ReopenedAsync(Subject subject)
    {
        TenantConnection kept;
        using (subject.Deployment.Tenants.Enter(subject.A))
        {
            kept = await subject.Deployment.Data.OpenConnectionAsync();
            for (var i = 0; i < 5; i++)
            {
                await kept.CloseAsync();
                await subject.ReadAsync(subject.B, "select mark from notes");
                using var again = subject.Deployment.Tenants.Enter(subject.A);
                await kept.OpenAsync();
                var marks = await Subject.ReadAsync(kept, "select mark from notes");
                Violation.If(marks.Count != Subject.Rows || marks.Any(mark => mark != Subject.MarkOf(subject.A)), "A reopened connection reads other rows.");
            }
        }

        // Open in another tenant's scope, it refuses to work; closed there, it refuses to open.
        using (subject.Deployment.Tenants.Enter(subject.B))
        {
            await Violation.Unless<TenantMismatchException>(() => Subject.ReadAsync(kept, "select 1"), "A connection of one tenant worked in the scope of another.");
            await kept.CloseAsync();
            await Violation.Unless<TenantMismatchException>(() => kept.OpenAsync(), "A connection of one tenant opened in the scope of another.");
        }

        await kept.DisposeAsync();
    }

    static async Task CancelledAsync(Subject subject)
    {
        foreach (var tenant in new[] { subject.A, subject.B, subject.A })
        {
            await subject.AsAsync(tenant, async connection =>
            {
                await using var command = connection.CreateCommand();
                command.CommandText = "select mark, pg_sleep(10) from notes";
                using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(30));
                await Violation.Unless<OperationCanceledException>(() => command.ExecuteNonQueryAsync(soon.Token), "A cancelled statement went through.");
                await CheckAfterAsync(connection, tenant, "a cancellation");

                command.CommandTimeout = 1;
                command.CommandText = "select pg_sleep(10)";
                await Violation.Unless<NpgsqlException>(() => command.ExecuteNonQueryAsync(), "A timeout did not end the statement.");
                await CheckAfterAsync(connection, tenant, "a timeout");
            });
        }

        await subject.CheckRowsAsync("cancellations");
    }

    /// <summary>Usable for the same tenant, or gone and to be opened again; never in between.</summary>
    static async Task CheckAfterAsync(TenantConnection connection, Tenant tenant, string what)
    {
        if (connection.State != ConnectionState.Open)
            await connection.OpenAsync();
        var marks = await Subject.ReadAsync(connection, "select mark from notes");
        Violation.If(marks.Count != Subject.Rows || marks.Any(mark => mark != Subject.MarkOf(tenant)), $"After {what} a connection reads other rows.");
    }

    static async Task AbortedAsync(Subject subject)
    {
        await subject.AsAsync(subject.A, async connection =>
        {
            // Left open, and failed: closing has to roll it back.
            var transaction = await connection.BeginTransactionAsync();
            await Subject.ReadAsync(connection, "insert into notes (id, mark) values (500, 'abandoned')", transaction);
            await Violation.Unless<PostgresException>(() => Subject.ReadAsync(connection, "select 1 / 0", transaction), "An error went unnoticed.");
            await Violation.Unless<PostgresException>(() => Subject.ReadAsync(connection, "select 1", transaction), "A failed transaction went on.");
        });
        await subject.AsAsync(subject.A, async connection =>
        {
            _ = await connection.BeginTransactionAsync();
            await Subject.ReadAsync(connection, "update notes set mark = 'abandoned'");
        });
        await subject.CheckRowsAsync("abandoned transactions");
    }

    static async Task KilledAsync(Subject subject)
    {
        foreach (var inTransaction in new[] { false, true })
        {
            await subject.AsAsync(subject.A, async connection =>
            {
                await using var transaction = inTransaction ? await connection.BeginTransactionAsync() : null;
                var pid = (await Subject.ReadAsync(connection, "select pg_backend_pid()", transaction)).Single();
                await PrivateCluster.ExecuteAsync("postgres", $"select pg_terminate_backend({pid}, 5000)");
                if (inTransaction)
                {
                    await Violation.Unless<NpgsqlException>(() => Subject.ReadAsync(connection, "select mark from notes", transaction), "A killed backend answered.");
                    return;
                }

                // Nothing ran, so that it is sent again, on another backend.
                var marks = await Subject.ReadAsync(connection, "select mark from notes");
                Violation.If(marks.Count != Subject.Rows || marks.Any(mark => mark != Subject.MarkOf(subject.A)), "After its backend was killed a tenant saw other rows.");
                Violation.If((await Subject.ReadAsync(connection, "select pg_backend_pid()")).Single() == pid, "A killed backend answered.");
            });
            await subject.CheckRowsAsync("a killed backend");
        }
    }

    static async Task StaleReaderAsync(Subject subject)
    {
        // The driver uses a connection's reader again for whoever comes next.
        foreach (var closeReader in new[] { true, false })
        {
            TenantDataReader? stale = null;
            for (var i = 0; i < subject.Deployment.Options.Budget; i++)
            {
                await subject.AsAsync(subject.A, async connection =>
                {
                    await using var command = connection.CreateCommand();
                    command.CommandText = "select mark from notes";
                    stale = await command.ExecuteReaderAsync();
                    await stale.ReadAsync();
                    if (closeReader)
                        await stale.CloseAsync();
                });
                await subject.AsAsync(subject.B, async connection =>
                {
                    await using var command = connection.CreateCommand();
                    command.CommandText = "select mark from notes";
                    await using var reader = await command.ExecuteReaderAsync();
                    await reader.ReadAsync();
                    await Violation.Unless<InvalidOperationException>(() => Task.FromResult(stale!.GetString(0)), "A reader outlived its lease, and reads whatever the driver reads now.");
                    await Violation.Unless<InvalidOperationException>(() => stale!.ReadAsync(), "A reader outlived its lease, and moves the next one on.");
                    await stale!.DisposeAsync();
                    Violation.If(reader.GetString(0) != Subject.MarkOf(subject.B), "A stale reader's disposal disturbed another.");
                });
            }
        }
    }

    static async Task StaleTransactionAsync(Subject subject)
    {
        var stale = await subject.AsAsync(subject.A, async connection =>
        {
            var transaction = await connection.BeginTransactionAsync();
            await Subject.ReadAsync(connection, "select 1", transaction);
            return transaction;
        });
        await subject.AsAsync(subject.B, async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await Subject.ReadAsync(connection, "insert into notes (id, mark) values (600, 'pending')", transaction);
            await Violation.Unless<InvalidOperationException>(() => stale.CommitAsync(), "A transaction outlived its lease, and commits whatever is open now.");
            await stale.DisposeAsync();
            await transaction.RollbackAsync();
        });
        await subject.CheckRowsAsync("a stale transaction");
    }

    /// <summary>A session that brings a tenant along is destroyed, and the statement goes through on another.</summary>
    static async Task DestroyedAsync(Subject subject)
    {
        if (subject.Isolation == TenantIsolation.Database)
            return;
        var poisoned = await subject.AsAsync(subject.A, async connection =>
        {
            // As a function of the application's own could: the test reaches below what a tenant's statement may.
            await using var poison = new NpgsqlBatch(connection.Inner)
            {
                BatchCommands = { new("select pg_backend_pid()"), new($"set {subject.ScopeSetting} = '{subject.B.Id}'") },
            };
            var before = (int)(await poison.ExecuteScalarAsync())!;
            var marks = await Subject.ReadAsync(connection, "select mark from notes");
            Violation.If(marks.Count != Subject.Rows || marks.Any(mark => mark != Subject.MarkOf(subject.A)), "After a session was taken over, a tenant reads other rows.");
            return before;
        });
        await using var watcher = await PrivateCluster.OpenAsync("postgres");
        await using var alive = new NpgsqlCommand($"select count(*) from pg_stat_activity where pid = {poisoned}", watcher);
        for (var tries = 0; (long)(await alive.ExecuteScalarAsync())! > 0; tries++)
        {
            Violation.If(tries > 100, "A session that brought a tenant along is still there.");
            await Task.Delay(10);
        }

        await subject.CheckRowsAsync("a session that was taken over");
    }

    static async Task UnavailableAsync(Subject subject)
    {
        var doomed = await subject.Deployment.CreateAsync(subject.Isolation);
        await subject.ReadAsync(doomed, "select mark from notes");
        await subject.Deployment.Lifecycle.SuspendAsync(doomed.Id);
        await Violation.Unless<TenantUnavailableException>(() => subject.ReadAsync(doomed, "select 1"), "A suspended tenant was served.");
        await subject.Deployment.Lifecycle.ResumeAsync(doomed.Id);
        await subject.ReadAsync(doomed, "insert into notes (id, mark) values (1, 'doomed')");
        await subject.Deployment.Lifecycle.DeleteAsync(doomed.Id);
        await Violation.Unless<TenantUnavailableException>(() => subject.ReadAsync(doomed, "select 1"), "A deleted tenant was served.");
        await subject.CheckRowsAsync("the deletion of a neighbour");
    }
}
