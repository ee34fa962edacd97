using System.Data;
using System.Data.Common;
using Npgsql;

namespace Tenancy.Conformance;

/// <summary>I1: no statement without the scope of its tenant ahead of it. I2: without a scope, no row.</summary>
static class ScopeChecks
{
    const string InScope = "select tenancy.current_tenant()::text";

    public static readonly Check[] All =
    [
        new("I1", "scope-in-every-way-to-execute", EveryWayAsync),
        new("I1", "scope-inside-transactions", TransactionsAsync),
        new("I1", "scope-after-savepoints", SavepointsAsync),
        new("I1", "scope-when-only-described", SchemaOnlyAsync),
        new("I2", "no-tenant-no-connection", NoTenantAsync),
        new("I2", "unentered-connection-reads-nothing", UnenteredAsync),
        new("I2", "owner-reads-nothing", OwnerAsync),
    ];

    static async Task EveryWayAsync(Subject subject)
    {
        foreach (var tenant in new[] { subject.A, subject.B })
        {
            await subject.AsAsync(tenant, async connection =>
            {
                await using var command = connection.CreateCommand();
                command.CommandText = InScope;
                Same(tenant, await command.ExecuteScalarAsync(), "ExecuteScalarAsync");
                Same(tenant, command.ExecuteScalar(), "ExecuteScalar");
                await using (var reader = await command.ExecuteReaderAsync())
                    Same(tenant, await reader.ReadAsync() ? reader.GetString(0) : null, "ExecuteReaderAsync");
                using (var reader = command.ExecuteReader())
                    Same(tenant, reader.Read() ? reader.GetString(0) : null, "ExecuteReader");
                await using (var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleResult | CommandBehavior.SingleRow))
                    Same(tenant, await reader.ReadAsync() ? reader.GetString(0) : null, "SingleResult");

                command.CommandText = "update notes set size = size + 1 where id = 1 and tenancy.current_tenant() = tenant_id";
                Violation.If(await command.ExecuteNonQueryAsync() != 1, "ExecuteNonQueryAsync ran without the scope.");
                Violation.If(command.ExecuteNonQuery() != 1, "ExecuteNonQuery ran without the scope.");

                await using var batch = connection.CreateBatch();
                batch.BatchCommands.Add(InScope);
                batch.BatchCommands.Add(InScope);
                await using (var reader = await ((DbBatch)batch).ExecuteReaderAsync())
                    foreach (var cell in await Subject.CellsAsync(reader))
                        Same(tenant, cell, "DbBatch");
            });

            using var scope = subject.Deployment.Tenants.Enter(tenant);
            await using var loose = subject.Deployment.Data.CreateCommand(InScope);
            Same(tenant, await loose.ExecuteScalarAsync(), "DbDataSource.CreateCommand");
        }
    }

    static Task TransactionsAsync(Subject subject) => subject.AsAsync(subject.A, async connection =>
    {
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            Same(subject.A, (await Subject.ReadAsync(connection, InScope, transaction)).Single(), "a transaction");
            Same(subject.A, (await Subject.ReadAsync(connection, InScope, transaction)).Single(), "the second command of a transaction");
            await transaction.CommitAsync();
        }

        Same(subject.A, (await Subject.ReadAsync(connection, InScope)).Single(), "a command after a commit");
        await using (var transaction = await connection.BeginTransactionAsync(IsolationLevel.Serializable))
        {
            Same(subject.A, (await Subject.ReadAsync(connection, InScope, transaction)).Single(), "a serializable transaction");
            await transaction.RollbackAsync();
        }

        Same(subject.A, (await Subject.ReadAsync(connection, InScope)).Single(), "a command after a rollback");
    });

    static Task SavepointsAsync(Subject subject) => subject.AsAsync(subject.A, async connection =>
    {
        await using var transaction = await connection.BeginTransactionAsync();
        await transaction.SaveAsync("before");
        Same(subject.A, (await Subject.ReadAsync(connection, InScope, transaction)).Single(), "a savepoint");
        await transaction.RollbackAsync("before");
        Same(subject.A, (await Subject.ReadAsync(connection, InScope, transaction)).Single(), "a rollback to a savepoint");
        await Violation.Unless<PostgresException>(
            () => Subject.ReadAsync(connection, "select 1 / 0", transaction), "A division by zero went through.");
        await transaction.RollbackAsync("before");
        Same(subject.A, (await Subject.ReadAsync(connection, InScope, transaction)).Single(), "an error and a rollback to a savepoint");
        await transaction.CommitAsync();
    });

    static Task SchemaOnlyAsync(Subject subject) => subject.AsAsync(subject.A, async connection =>
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "select id, mark from notes";
        await using (var reader = await command.ExecuteReaderAsync(CommandBehavior.SchemaOnly))
            Violation.If(reader.FieldCount != 2 || reader.GetName(1) != "mark", "SchemaOnly does not describe the tenant's table.");
        Same(subject.A, (await Subject.ReadAsync(connection, InScope)).Single(), "a command after SchemaOnly");
    });

    static async Task NoTenantAsync(Subject subject)
    {
        Violation.If(subject.Deployment.Tenants.Current is not null, "A tenant is in scope that nobody entered.");
        await Violation.Unless<NoTenantException>(
            async () => await subject.Deployment.Data.OpenConnectionAsync(), "A connection was handed out without a tenant in scope.");
        await Violation.Unless<NoTenantException>(
            () => { subject.Deployment.Data.OpenConnection().Dispose(); return Task.CompletedTask; }, "Open handed out a connection without a tenant.");
    }

    /// <summary>In a tenant's own database nothing guards the rows but the login; there the entry itself is checked.</summary>
    static async Task UnenteredAsync(Subject subject)
    {
        await using var lease = await subject.LeaseUnenteredAsync(subject.A);
        var connection = lease.Connection;
        if (subject.Isolation == TenantIsolation.Database)
        {
            var signer = subject.SettingsOf(subject.A).Signer;
            var enter = signer is null ? $"tenancy.enter('{subject.B.Id}')" : Subject.EnterBy(signer.Sign(subject.B.Id, signer.Now, 0).Text);
            await RefusedAsync(connection, "select " + enter, "A database let a tenant enter that it does not belong to.");
            return;
        }

        // What a login of one tenant's own may read without a scope is that tenant's.
        foreach (var tenant in subject.HasOwnLogins ? [subject.B] : new[] { subject.A, subject.B })
        {
            foreach (var statement in new[] { "select mark from {0}", "copy {0} to stdout", "delete from {0} returning mark" })
            {
                await RefusedAsync(connection, string.Format(System.Globalization.CultureInfo.InvariantCulture, statement, Subject.Table(tenant)),
                    $"Without a scope, '{statement}' reached rows.");
            }
        }
    }

    /// <summary>FORCE: the owner is bound as well, or a function of the owner's would see every tenant.</summary>
    static async Task OwnerAsync(Subject subject)
    {
        if (!subject.IsRowSecured)
            return;
        await using var connection = await PrivateCluster.OpenAsync(subject.A.Placement.Database);
        await using (var become = new NpgsqlCommand($"set role {PostgresRoles.Owner}", connection))
            await become.ExecuteNonQueryAsync();
        foreach (var tenant in new[] { subject.A, subject.B })
        {
            await using var read = new NpgsqlCommand($"select mark from {Subject.Table(tenant)}", connection);
            Violation.If(await read.ExecuteScalarAsync() is not null, "The owner reads a tenant's rows without a scope: row security is not forced.");
        }
    }

    static async Task RefusedAsync(NpgsqlConnection connection, string statement, string otherwise)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        var error = await Violation.Unless<PostgresException>(statement.StartsWith("copy", StringComparison.Ordinal)
            ? async () => { using var rows = await connection.BeginTextExportAsync(statement); Violation.If((await rows.ReadToEndAsync()).Length > 0, otherwise); }
            : async () => Violation.If(await command.ExecuteScalarAsync() is not null and not DBNull, otherwise), otherwise);
        Violation.If(error.SqlState != PostgresErrorCodes.InsufficientPrivilege, $"{otherwise} ({error.SqlState}: {error.MessageText})");
    }

    static void Same(Tenant tenant, object? seen, string where) =>
        Violation.If(seen as string != tenant.Id.ToString(), $"In {where} the scope is '{seen}', not the tenant's.");
}
