namespace Tenancy.Differential.Cases;

/// <summary>Procedures and functions, by name and by text.</summary>
public static class ProcedureCases
{
    static DbCommand Procedure(Session session, string name, params (string? Name, object? Value, ParameterDirection Direction)[] parameters)
    {
        var command = session.Command(name);
        command.CommandType = CommandType.StoredProcedure;
        foreach (var (parameterName, value, direction) in parameters)
        {
            var parameter = Session.Parameter(command, parameterName, value);
            parameter.Direction = direction;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    static Task NotesAsync(Session session) => session.AllAsync("select id, mark from notes where id > 50 order by id");

    public static IEnumerable<Scenario> All =>
    [
        new("procedure by name", async session =>
        {
            var command = Procedure(session, "add_note", (null, 60L, ParameterDirection.Input), (null, "called", ParameterDirection.Input));
            await session.TryAsync("rows", async () => await session.ExecuteAsync(command));
            command.Parameters[0].Value = 61L;
            await session.TryAsync("again", async () => await session.ExecuteAsync(command));
            await NotesAsync(session);
        }),
        new("procedure by name with named parameters", async session =>
        {
            await session.TryAsync("rows", async () => await session.ExecuteAsync(Procedure(session, "add_note", ("text", "called", ParameterDirection.Input), ("id", 60L, ParameterDirection.Input))));
            await NotesAsync(session);
        }),
        new("procedure with output parameters", async session =>
        {
            var command = Procedure(session, "doubles", ("n", 21, ParameterDirection.InputOutput), ("said", null, ParameterDirection.Output));
            for (var round = 0; round < 3; round++)
            {
                await session.TryAsync("rows", async () => await session.ExecuteAsync(command));
                session.Note("n", command.Parameters["n"].Value);
                session.Note("said", command.Parameters["said"].Value);
                command.Parameters["said"].Value = DBNull.Value;
            }

            command.Parameters["n"].Value = 1;
            await session.TryAsync("read", async () => await session.AllAsync(await session.ReaderAsync(command)));
            await session.TryAsync("scalar", () => session.ScalarAsync(command));
        }),
        new("procedure as text", async session =>
        {
            await session.TryAsync("rows", async () => await session.ExecuteAsync("call add_note($1, $2)", 60L, "text"));
            await session.TryAsync("read", () => session.AllAsync("call doubles(4, null)"));
            await NotesAsync(session);
        }),
        new("procedure in a transaction", async session =>
        {
            await using var transaction = await session.BeginAsync();
            await session.ExecuteAsync("call add_note(60, 'gone')");
            await NotesAsync(session);
            await session.RollbackAsync(transaction);
            await NotesAsync(session);
        }),
        new("procedure that fails", async session =>
        {
            await session.TryAsync("twice", async () => await session.ExecuteAsync("call add_note(1, 'twice')"));
            await session.TryAsync("unknown", async () => await session.ExecuteAsync(Procedure(session, "nowhere")));
            await session.TryAsync("a function", async () => await session.ExecuteAsync(Procedure(session, "halves", (null, 1, ParameterDirection.Input))));
            await session.TryAsync("missing parameter", async () => await session.ExecuteAsync(Procedure(session, "add_note", (null, 60L, ParameterDirection.Input))));
            session.Note("after", await session.ScalarAsync("select count(*) from notes"));
        }),
        new("procedure that commits", session => session.TryAsync("commits", async () => await session.ExecuteAsync("call commits()"))),
        new("procedure that commits, in a transaction", async session =>
        {
            await using var transaction = await session.BeginAsync();
            await session.TryAsync("commits", async () => await session.ExecuteAsync("call commits()"));
        }),
        new("function as a query", async session =>
        {
            await session.AllAsync("select * from halves(9)");
            await session.AllAsync("select halves(9)");
            session.Note("scalar", await session.ScalarAsync("select first from halves($1)", 8));
        }),
        new("return value parameter", session => session.TryAsync("rows", async () =>
            await session.ExecuteAsync(Procedure(session, "add_note", (null, 60L, ParameterDirection.Input), (null, "x", ParameterDirection.Input), ("r", null, ParameterDirection.ReturnValue))))),
    ];
}
