using System.Data.Common;
using Npgsql;

namespace Tenancy.Conformance;

/// <summary>I3: text injected into a statement reaches no other tenant's rows, in any way it can be sent.</summary>
static class AttackChecks
{
    public static readonly Check[] All =
    [
        new("I3", "attacks-inside-a-statement", InsideAsync),
        new("I3", "attacks-by-whole-statements", WholeAsync),
        new("I3", "attacks-by-several-statements", SeveralAsync),
        new("I3", "set_config-changes-nothing", SetConfigAsync),
        new("I3", "tokens-of-others-are-refused", TokensAsync),
        new("I3", "enter-refuses-null-and-others", EnterAsync),
    ];

    /// <summary>Strings that stand where an application meant a title; B is the victim.</summary>
    static string[] Injections(Subject subject)
    {
        var (b, table) = (subject.B.Id, Subject.Table(subject.B));
        return
        [
            "x' or '1'='1",
            $"x' union all select mark from {table} --",
            $"x' union all select set_config('tenancy.token', overlay(current_setting('tenancy.token') placing '{b}' from 66), true) union all select mark from {table} --",
            $"x' union all select n.mark from (select set_config('tenancy.token', overlay(current_setting('tenancy.token') placing '{b}' from 66), true) offset 0) s cross join lateral (select mark from {table} offset 0) n --",
            $"x' union all select set_config('tenancy.token', '', true) union all select tenancy.enter('{b}')::text union all select mark from {table} --",
            $"x' union all select set_config('tenancy.token', '{new string('0', 64)}.{b}.9999999999', true) union all select mark from {table} --",
            $"x' union all select encode(inner_pad, 'hex') from tenancy.signing_keys union all select mark from {table} --",
            $"x' union all select tenancy.enter_signed('{new string('0', 64)}.{b}.' || floor(extract(epoch from now()) + 30), false)::text union all select mark from {table} --",
            $"x' union all select set_config('tenancy.tenant', '{b}', true) union all select mark from {table} --",
            $"x' union all select n.mark from (select set_config('tenancy.tenant', '{b}', true) offset 0) s cross join lateral (select mark from {table} offset 0) n --",
            $"x' union all select tenancy.enter(null)::text union all select tenancy.enter('{b}')::text union all select mark from (select mark from {table} offset 0) z --",
            $"x' union all select tenancy.enter('{b}')::text union all select mark from {table} --",
            $"x' union all select tenancy.enter('{b.ToString().ToUpperInvariant()}')::text union all select mark from {table} --",
            $"x' union all select tenancy.enter_schema('{b}')::text union all select mark from notes --",
            $"x' union all select tenancy.enter_schema(null)::text union all select mark from {table} --",
            $"x' union all select query_to_xml('set local tenancy.tenant = ''{b}''', true, true, '')::text union all select mark from {table} --",
            $"x' union all select query_to_xml('select tenancy.enter(''{b}''), mark from {table}', true, true, '')::text --",
            $"x' union all select setting from pg_settings where name = 'tenancy.tenant' union all select mark from {table} --",
            $"x' union all select set_config('role', 'tenancy_owner', true) union all select mark from {table} --",
            $"x' union all select set_config('row_security', 'off', true) union all select mark from {table} --",
            $"x' union all select tenancy.current_tenant()::text from {table} where tenant_id = '{b}' --",
            $"x' union all select lo_get(lo_from_bytea(0, convert_to('a', 'utf8')))::text --",
            "x' union all select query from pg_stat_activity --",
            "x' union all select pg_terminate_backend(pid)::text from pg_stat_activity --",
            $"x' union all select most_common_vals::text from pg_stats where tablename in ('notes', 'documents') --",
        ];
    }

    static async Task InsideAsync(Subject subject)
    {
        foreach (var injection in Injections(subject))
        {
            var sql = $"select mark from notes where mark = '{injection}'";
            foreach (var (way, send) in Ways(sql))
            {
                var seen = "";
                try
                {
                    seen = string.Join('\n', await subject.AsAsync(subject.A, send));
                }
                catch (Exception e) when (e is PostgresException or StatementRefusedException or NotSupportedException)
                {
                    // Refused. That an attack's error shows nothing either is looked at below.
                    seen = e is PostgresException { SqlState: not "42501" } other ? other.MessageText + other.Detail : "";
                }

                Violation.If(seen.Contains(Subject.MarkOf(subject.B), StringComparison.Ordinal), $"By {way}, [{injection}] read another tenant's rows.");
            }
        }

        await subject.CheckRowsAsync("injected statements");
    }

    static async Task WholeAsync(Subject subject)
    {
        var b = subject.B.Id;
        foreach (var statement in new[]
                 {
                     $"set tenancy.tenant = '{b}'", $"set local tenancy.tenant = '{b}'", $"/* x */ set tenancy.tenant = '{b}'", $"-- x\nSeT tenancy.tenant = '{b}'",
                     $";set tenancy.tenant = '{b}'", "reset all", "reset tenancy.tenant", "discard all", "reset role", "set role tenancy_owner", "set session authorization default",
                     "begin", "commit", "rollback", "start transaction", "savepoint x", "release savepoint x", "end", "abort", "prepare p as select 1", "execute p",
                     "deallocate all", "do $$ begin set tenancy.tenant = 'x'; end $$", "listen x", "unlisten *", "notify x", "load 'x'",
                     "copy notes to stdout", "alter role current_user set search_path = x", "create temp table x (y int)", "truncate notes", "lock table notes",
                     "explain analyze execute p", "explain (analyze) set x = 1", "", "   ", "-- nothing",
                 })
        {
            await Violation.Unless<StatementRefusedException>(() => subject.ReadAsync(subject.A, statement), $"'{statement}' was let through.");
        }

        await subject.CheckRowsAsync("refused statements");
    }

    static async Task SeveralAsync(Subject subject)
    {
        foreach (var tail in new[]
                 {
                     $"; set tenancy.tenant = '{subject.B.Id}'; select mark from notes", "; commit; select 1", $";/**/select tenancy.enter('{subject.B.Id}')", ";;select 1",
                 })
        {
            await Violation.Unless<StatementRefusedException>(
                () => subject.ReadAsync(subject.A, "select mark from notes where id = 1" + tail), $"A second statement was let through: {tail}");
        }

        // What only looks like a second statement is one.
        foreach (var single in new[] { "select ';set x' as \";\", $$;$$, $q$;'$q$, E'\\';' /* ; */ -- ;", "select 1;", "select 1 ; -- end" })
            await subject.ReadAsync(subject.A, single);
        await subject.CheckRowsAsync("several statements");
    }

    /// <summary>Where the scope is a setting it must not be callable; where it is signed, it must not help.</summary>
    static async Task SetConfigAsync(Subject subject)
    {
        if (subject.Level == ProtectionLevel.Signed)
        {
            await ForgedAsync(subject);
            return;
        }

        foreach (var setting in new[] { "tenancy.tenant", "search_path", "role", "row_security" })
        {
            var error = await Violation.Unless<PostgresException>(
                () => subject.ReadAsync(subject.A, $"select set_config('{setting}', 'x', true)"), $"A statement may set {setting}.");
            Violation.If(error.SqlState != PostgresErrorCodes.InsufficientPrivilege, $"set_config('{setting}') failed for another reason: {error.MessageText}");
        }
    }

    static async Task ForgedAsync(Subject subject)
    {
        await subject.AsAsync(subject.A, async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await Subject.ReadAsync(connection, "select set_config('tenancy.tenant', $$" + subject.B.Id + "$$, true)", transaction);
            var marks = await Subject.ReadAsync(connection, "select mark from notes", transaction);
            Violation.If(marks.Count != Subject.Rows || marks.Any(mark => mark != Subject.MarkOf(subject.A)), "A setting changed what a tenant reads.");
        });
        foreach (var token in new[] { $"overlay(current_setting('tenancy.token') placing '{subject.B.Id}' from 66)", $"repeat('0', 64) || substr(current_setting('tenancy.token'), 65)", $"'{subject.B.Id}'", "''", "'x'", $"repeat('0', 64) || '.{subject.B.Id}.9999999999'" })
        {
            // At once and beside it, in one statement: a later one would bring its own scope.
            await Violation.Unless<PostgresException>(
                () => subject.ReadAsync(subject.A, $"select tenancy.current_tenant() from (select set_config('tenancy.token', {token}, true) offset 0) as forged"),
                $"The token {token} was taken for one that was signed.");
        }

        await subject.CheckRowsAsync("forged tokens");
    }

    /// <summary>Tokens that exist, used otherwise than they were signed for; by whoever got hold of one.</summary>
    static async Task TokensAsync(Subject subject)
    {
        if (subject.SettingsOf(subject.A).Signer is not { } signer)
            return;
        string TokenOf(Tenant tenant, int seconds = 0, int backend = 0, ScopeSigner? by = null) =>
            (by ?? signer).Sign(tenant.Id, signer.Now.AddSeconds(seconds), backend).Text;
        var own = TokenOf(subject.A);
        var entered = await subject.ReadAsync(subject.A, $"select 'in' from (select {Subject.EnterBy(own)} offset 0) as again");
        Violation.If(entered is not ["in"], "A token that is good was refused: what follows would show nothing.");
        foreach (var (what, enter) in new[]
                 {
                     ("the tenant's own", Subject.EnterBy(own.Replace(subject.A.Id.ToString(), subject.B.Id.ToString(), StringComparison.Ordinal))),
                     ("one that has expired", Subject.EnterBy(TokenOf(subject.B, -31))),
                     ("one from the future", Subject.EnterBy(TokenOf(subject.B, 40))),
                     ("one of another backend", Subject.EnterBy(TokenOf(subject.B, backend: 1), bound: true)),
                     ("one of another key", Subject.EnterBy(TokenOf(subject.B, by: new ScopeSigner(static () => new byte[32], 1, TimeProvider.System)))),
                     ("one that is good, in the transaction of another", Subject.EnterBy(TokenOf(subject.B))),
                 })
        {
            var error = await Violation.Unless<PostgresException>(() => subject.ReadAsync(
                subject.A, $"select n.mark from (select {enter} offset 0) s cross join lateral (select mark from {Subject.Table(subject.B)} offset 0) n"), $"A token was accepted: {what}.");
            Violation.If(error.SqlState != PostgresErrorCodes.InsufficientPrivilege, $"A token ({what}) failed for another reason: {error.MessageText}");
        }

        await subject.CheckRowsAsync("tokens of others");
    }

    static async Task EnterAsync(Subject subject)
    {
        foreach (var argument in new[] { "null", $"'{subject.B.Id}'", "''", "gen_random_uuid()" })
        {
            foreach (var function in new[] { "enter", "enter_schema" })
            {
                await Violation.Unless<PostgresException>(
                    () => subject.ReadAsync(subject.A, $"select tenancy.{function}({argument})"), $"{function}({argument}) was accepted inside a statement of another tenant.");
            }
        }

        if (subject.Level == ProtectionLevel.Signed)
            return;
        // The same tenant again is no second tenant, however it is spelt.
        await subject.ReadAsync(subject.A, $"select tenancy.enter('{subject.A.Id.ToString().ToUpperInvariant()}')");
        await subject.CheckRowsAsync("attempts to enter");
    }

    static IEnumerable<(string Way, Func<TenantConnection, Task<List<string>>> Send)> Ways(string sql)
    {
        yield return ("a command without parameters", connection => Subject.ReadAsync(connection, sql));
        yield return ("a command with a named parameter", connection => ReadAsync(connection, sql, new NpgsqlParameter("unused", 1)));
        yield return ("a command in a transaction", async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync();
            return await Subject.ReadAsync(connection, sql, transaction);
        });
        yield return ("a batch", async connection =>
        {
            await using var batch = connection.CreateBatch();
            batch.BatchCommands.Add("select 'first'");
            batch.BatchCommands.Add(sql);
            batch.BatchCommands.Add("select mark from notes");
            await using var reader = await ((DbBatch)batch).ExecuteReaderAsync();
            return await Subject.CellsAsync(reader);
        });
        yield return ("a scalar", async connection =>
        {
            await using var command = connection.CreateCommand();
            command.CommandText = sql;
            return [Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture) ?? ""];
        });
    }

    static async Task<List<string>> ReadAsync(TenantConnection connection, string sql, NpgsqlParameter parameter)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql.Replace("'x'", "@unused::text", StringComparison.Ordinal);
        command.Parameters.Add(parameter);
        await using var reader = await command.ExecuteReaderAsync();
        return await Subject.CellsAsync(reader);
    }
}
