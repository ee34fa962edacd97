using Npgsql;

namespace Tenancy.Conformance;

/// <summary>A tenant reads and changes its own rows, and no others, whatever the statement.</summary>
static class RowChecks
{
    public static readonly Check[] All =
    [
        new("I3", "own-rows-by-select", subject => subject.CheckRowsAsync("nothing")),
        new("I3", "own-rows-by-joins-and-windows", JoinsAsync),
        new("I3", "own-rows-by-cursor", CursorAsync),
        new("I3", "writes-stay-with-the-tenant", WritesAsync),
        new("I3", "no-row-for-another-tenant", ForeignWritesAsync),
        new("I3", "equal-keys-are-independent", EqualKeysAsync),
        new("I3", "privileges-are-the-four", PrivilegesAsync),
    ];

    static async Task JoinsAsync(Subject subject)
    {
        foreach (var query in new[]
                 {
                     "select n.mark from notes n join documents d on d.title = n.mark",
                     "with x as (select * from notes) select a.mark from x a, x b where a.id <> b.id",
                     "select mark from (select mark, row_number() over (partition by mark order by id) r from notes) q where r > 1",
                     "select mark from notes union all select title from documents",
                     "select string_agg(mark, ',') from notes group by size",
                     "table notes",
                     "values ((select min(mark) from notes))",
                     "select xmlforest(mark)::text from notes",
                     "select row_to_json(n)::text from notes n",
                 })
        {
            foreach (var tenant in new[] { subject.A, subject.B })
            {
                var cells = string.Join('\n', await subject.ReadAsync(tenant, query));
                Violation.If(!cells.Contains(Subject.MarkOf(tenant), StringComparison.Ordinal), $"'{query}' does not show the tenant's own rows.");
                Violation.If(cells.Contains(Subject.MarkOf(subject.Other(tenant)), StringComparison.Ordinal), $"'{query}' shows another tenant's rows.");
            }
        }
    }

    static async Task CursorAsync(Subject subject)
    {
        foreach (var tenant in new[] { subject.A, subject.B })
        {
            await subject.AsAsync(tenant, async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync();
                await Subject.ReadAsync(connection, "declare c cursor for select mark from notes order by id", transaction);
                var cells = await Subject.ReadAsync(connection, "fetch 2 from c", transaction);
                cells.AddRange(await Subject.ReadAsync(connection, "fetch all from c", transaction));
                Violation.If(cells.Count != Subject.Rows || cells.Any(cell => cell != Subject.MarkOf(tenant)),
                    $"A cursor gave [{string.Join(", ", cells)}].");
                await Violation.Unless<StatementRefusedException>(
                    () => Subject.ReadAsync(connection, "declare h cursor with hold for select mark from notes", transaction),
                    "A cursor WITH HOLD was let through.");
            });
        }
    }

    static async Task WritesAsync(Subject subject)
    {
        await subject.AsAsync(subject.A, async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync();
            foreach (var (statement, rows) in new[]
                     {
                         ("update notes set size = 7", Subject.Rows),
                         ("update notes set mark = mark where id = 1", 1),
                         ("delete from notes", Subject.Rows),
                         ("insert into notes (id, mark) values (1, 'new')", 1),
                         ("insert into notes (id, mark) values (1, 'again') on conflict (tenant_id, id) do update set mark = excluded.mark", 1),
                         ("merge into notes n using (values (1)) v (id) on n.id = v.id when matched then delete", 1),
                     })
            {
                await using var command = connection.CreateCommand();
                command.CommandText = statement;
                var changed = await command.ExecuteNonQueryAsync();
                Violation.If(changed != rows, $"'{statement}' changed {changed} rows instead of the tenant's own {rows}.");
            }

            await transaction.RollbackAsync();
        });
        await subject.CheckRowsAsync("writes by the other tenant");
    }

    static async Task ForeignWritesAsync(Subject subject)
    {
        foreach (var statement in new[]
                 {
                     $"insert into notes (tenant_id, id, mark) values ('{subject.B.Id}', 99, 'planted')",
                     $"update notes set tenant_id = '{subject.B.Id}' where id = 1",
                     $"insert into {Subject.Table(subject.B)} (tenant_id, id, mark) values ('{subject.B.Id}', 98, 'planted')",
                 })
        {
            var error = await Violation.Unless<PostgresException>(
                () => subject.ReadAsync(subject.A, statement), $"'{statement}' wrote a row for another tenant.");
            Violation.If(error.SqlState is not (PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.CheckViolation),
                $"'{statement}' failed for another reason: {error.SqlState} {error.MessageText}");
        }

        await subject.CheckRowsAsync("attempts to write for another tenant");
    }

    static async Task EqualKeysAsync(Subject subject)
    {
        // The id is taken by both tenants, and free for both.
        foreach (var tenant in new[] { subject.A, subject.B })
        {
            await subject.ReadAsync(tenant, "insert into notes (id, mark) values (1000, 'same') ");
            var error = await Violation.Unless<PostgresException>(
                () => subject.ReadAsync(tenant, "insert into notes (id, mark) values (1000, 'same')"), "A key was taken twice.");
            Violation.If(error.SqlState != PostgresErrorCodes.UniqueViolation, $"A taken key gave {error.SqlState}.");
        }

        foreach (var tenant in new[] { subject.A, subject.B })
            Violation.If((await subject.ReadAsync(tenant, "delete from notes where id = 1000 returning id")).Count != 1, "A key of one tenant is gone with that of another.");
    }

    static async Task PrivilegesAsync(Subject subject)
    {
        var held = await subject.ReadAsync(subject.A,
            "select p from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p where has_table_privilege('notes', p)");
        Violation.If(!held.SequenceEqual(["SELECT", "INSERT", "UPDATE", "DELETE"]), $"The login holds {string.Join(", ", held)}.");
    }
}
