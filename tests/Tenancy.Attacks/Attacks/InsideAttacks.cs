namespace Tenancy.Attacks;

/// <summary>Queries that stand inside the application's statement.</summary>
public static class InsideAttacks
{
    public const string SetInFrom = "A1 set_config in FROM";
    public const string RoleInFrom = "A2 role by set_config, read by query_to_xml";
    public const string Qualified = "B's table by its name";

    public static readonly IReadOnlyList<Attack> All =
    [
        .. Names(), .. Settings(), .. Entering(), .. TextFunctions(), .. Oracles(), .. Secrets(), .. State(),
    ];

    /// <summary>B's table, in all the ways to name and read it.</summary>
    static IEnumerable<Attack> Names() =>
    [
        new(Qualified, b => $"select {Prey.Row} from {b.Table}", Verdict.Answered, "42501", "42P01"),
        new("B's rows by their tenant", b => $"select {Prey.Row} from {b.Table} where tenant_id = '{b.Id}'", Verdict.Answered, "42501", "42P01"),
        new("a whole row", b => $"select n::text from {b.Table} as n", Verdict.Answered, "42501", "42P01"),
        new("a row as JSON", b => $"select to_jsonb(n)::text from only {b.Table} as n", Verdict.Answered, "42501", "42P01"),
        new("a sample", b => $"select {Prey.Row} from {b.Table} tablesample system (100)", Verdict.Answered, "42501", "42P01"),
        new("a place on disk", b => $"select {Prey.Row} from {b.Table} where ctid = any (array(select format('(0,%s)', n)::tid from generate_series(1, 99) as n))", Verdict.Answered, "42501", "42P01"),
        new("locked rows", b => $"select o.v from (select {Prey.Row} as v from {b.Table} for update) as o", Verdict.Answered, "42501", "42P01"),
        new("a shadow in pg_temp", _ => "select mark from pg_temp.notes", "42P01", "3F000"),
    ];

    static IEnumerable<Attack> Settings()
    {
        yield return new(SetInFrom, b => InFrom($"set_config('{b.Setting}', '{b.Id}', true)", b), "42501", "42P01");
        yield return new("set_config for the session", b => InFrom($"set_config('{b.Setting}', '{b.Id}', false)", b), "42501", "42P01");
        yield return new(RoleInFrom, b =>
            $"select x.v from (select set_config('role', '{b.Role}', true) offset 0) as s cross join lateral (select query_to_xml('select * from {b.Table}', s is not null, true, '')::text as v offset 0) as x", "42501");
        yield return new("session_authorization by set_config", b => InFrom($"set_config('session_authorization', '{b.Role}', true)", b), "42501", "42P01");
        yield return new("row_security off by set_config", b => InFrom("set_config('row_security', 'off', true)", b), "42501", "42P01");
        yield return new("search_path by set_config", b => $"select set_config('search_path', '{b.Schema}', true) union all select mark from notes", "42501");
        yield return new("a setting read", b => $"select current_setting('{b.Setting}')", Verdict.Answered);
    }

    static IEnumerable<Attack> Entering()
    {
        string Then(Prey b, string argument, string function = "enter") =>
            $"select tenancy.{function}({argument})::text union all select {Prey.Row} from (select * from {b.Table} offset 0) as z";
        yield return new("A7 enter B", b => Then(b, $"'{b.Id}'"), "42501", "42P01");
        yield return new("enter B in FROM", b => $"select o.v from (select tenancy.enter('{b.Id}')::text offset 0) as s (e) cross join lateral (select {Prey.Row} as v from {b.Table} where s.e is not null offset 0) as o", "42501", "42P01");
        yield return new("enter null, then B", b => $"select tenancy.enter(null)::text union all {Then(b, $"'{b.Id}'")}", "42501", "42P01");
        yield return new("enter a null of the type", b => Then(b, "null::uuid"), "42501", "42P01");
        yield return new("enter nothing", b => Then(b, "''"), "22P02", "42P01", "42501");
        yield return new("enter a guess", b => Then(b, "gen_random_uuid()"), "42501", "42P01");
        yield return new("enter B in capitals", b => Then(b, $"'{b.Id.ToUpperInvariant()}'"), "42501", "42P01");
        yield return new("enter B in braces", b => Then(b, $"(chr(123) || '{b.Id}' || chr(125))::uuid"), "42501", "42P01");
        yield return new("enter B without hyphens", b => Then(b, $"'{b.Id.Replace("-", "", StringComparison.Ordinal)}'"), "42501", "42P01");
        yield return new("enter B with other hyphens", b => Then(b, $"'{string.Join('-', b.Id.Replace("-", "", StringComparison.Ordinal).Chunk(4).Select(four => new string(four)))}'"), "42501", "42P01");
        yield return new("enter_schema B", b => Then(b, $"'{b.Id}'", "enter_schema"), "42501", "42P01");
        yield return new("enter_schema null, then B", b => $"select tenancy.enter_schema(null)::text union all {Then(b, $"'{b.Id}'", "enter_schema")}", "42501", "42P01");
        yield return new("an overload for text", b => Then(b, $"'{b.Id}'::text"), "42883", "42P01", "42501");
        yield return new("an overload for bytes", b => Then(b, $"'\\x00'::bytea"), "42883", "42P01", "42501");
        yield return new("what enter says in refusing", b => $"select tenancy.refuse('{b.Id}')", "42501");
        yield return new("the path of B", b => $"select tenancy.path_of('{b.Id}')", "42501");
        yield return new("isolate again", _ => "select tenancy.isolate('notes')::text", "42501");
        yield return new("erase B", b => $"select tenancy.erase('{b.Id}')::text", "42501", "42883");
    }

    /// <summary>Functions that run text, each with a reading and a setting.</summary>
    static IEnumerable<Attack> TextFunctions()
    {
        yield return new("query_to_xml reads", b => $"select query_to_xml('select * from {b.Table}', true, true, '')::text", Verdict.Answered, "42501", "42P01");
        yield return new("query_to_xml sets", b => $"select query_to_xml('set local {b.Setting} = ''{b.Id}''', true, true, '')::text", "0A000");
        yield return new("query_to_xml commits", _ => "select query_to_xml('commit', true, true, '')::text", "22000");
        yield return new("query_to_xml enters", b => $"select query_to_xml('select tenancy.enter(''{b.Id}''), mark from {b.Table}', true, true, '')::text", Verdict.Answered, "42501", "42P01");
        yield return new("query_to_xml does two things", b => $"select query_to_xml('reset {b.Setting}; select * from {b.Table}', true, true, '')::text", "0A000", "42P11");
        yield return new("table_to_xml", b => $"select table_to_xml('{b.Table}', true, true, '')::text", Verdict.Answered, "42501", "42P01");
        yield return new("schema_to_xml", b => $"select schema_to_xml('{b.Schema}', true, true, '')::text", Verdict.Answered, "42501", "3F000");
        yield return new("database_to_xml", _ => "select database_to_xml(true, true, '')::text", Verdict.Answered, "42501");
        yield return new("cursor_to_xml", _ => "select cursor_to_xml('c'::refcursor, 9, true, true, '')::text", "34000");
        yield return new("ts_stat reads", b => $"select word from ts_stat('select to_tsvector(mark) from {b.Table}')", Verdict.Answered, "42501", "42P01");
        yield return new("ts_stat sets", b => $"select word from ts_stat('set local {b.Setting} = ''{b.Id}''')", "0A000", "42P11");
        yield return new("ts_rewrite reads", b => $"select ts_rewrite('a'::tsquery, 'select ''a''::tsquery, plainto_tsquery(mark) from {b.Table}')::text", Verdict.Answered, "42501", "42P01");
        yield return new("xpath_table", b => $"select x from xpath_table('1', '''<a/>''', '(select 1) x', '/a', 'true; set local {b.Setting} = ''{b.Id}''; select 1, ''<a>2</a>''') as t (x text)", "42883");
        yield return new("crosstab", b => $"select x from crosstab('select 1, 2, mark from {b.Table}') as t (y int, x text)", "42883");
        yield return new("dblink", _ => "select x from dblink('dbname=postgres', 'select 1') as t (x text)", "42883");
        yield return new("an external entity", _ => "select xmlparse(document '<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/hostname\">]><a>&b;</a>')::text", Verdict.Answered);
    }

    /// <summary>Errors and side effects that would tell of a row which the policy hides.</summary>
    static IEnumerable<Attack> Oracles()
    {
        yield return new("division by a row of B's", b => $"select mark from {b.Table} where tenant_id = '{b.Id}' and 1 / (length(mark) - length(mark)) = 0", Verdict.Answered, "42501", "42P01");
        yield return new("a cast of a row of B's", b => $"select mark from {b.Table} where tenant_id = '{b.Id}' and mark::integer = 1", Verdict.Answered, "42501", "42P01");
        yield return new("a pattern", b => $"select {Prey.Row} from {b.Table} where mark like 'sent%' or mark ~ '^sent'", Verdict.Answered, "42501", "42P01");
        yield return new("statistics", _ => "select most_common_vals::text || histogram_bounds::text from pg_stats where tablename = 'notes'", Verdict.Answered);
        yield return new("statistics of pairs", _ => "select most_common_vals::text from pg_stats_ext", Verdict.Answered);
        yield return new("raw statistics", _ => "select stavalues1::text from pg_statistic", "42501");
        yield return new("how many rows", b => $"select count(*)::text from {b.Table} where tenant_id = '{b.Id}'", Verdict.Answered, "42501", "42P01");
    }

    static IEnumerable<Attack> Secrets()
    {
        foreach (var (what, sql) in new[]
                 {
                     ("passwords", "select rolpassword from pg_authid"), ("passwords by view", "select passwd from pg_shadow"),
                     ("mappings of users", "select umoptions::text from pg_user_mapping"),
                     ("migrations", "select name from tenancy.migrations"), ("a file", "select pg_read_file('PG_VERSION')"),
                     ("a file of bytes", "select pg_read_binary_file('global/pg_control')::text"), ("a directory", "select pg_ls_dir('.')"),
                     ("the log's directory", "select name from pg_ls_logdir()"), ("rules of access", "select auth_method from pg_hba_file_rules"),
                     ("statements of others", "select query from pg_stat_activity"), ("statements by function", "select query from pg_stat_get_activity(null)"),
                     ("prepared statements", "select statement from pg_prepared_statements"), ("memory", "select name from pg_backend_memory_contexts"),
                     ("a large object", "select lo_get(1)::text"), ("a large object from a file", "select lo_import('/etc/hostname')::text"),
                     ("the table of large objects", "select data::text from pg_largeobject"),
                     ("changes of others", "select data from pg_logical_slot_peek_changes('s', null, null)"),
                     ("tables of the catalog", "select datname from pg_database where has_database_privilege(datname, 'connect')"),
                     ("source of functions", "select prosrc from pg_proc where pronamespace = 'tenancy'::regnamespace"),
                 })
        {
            yield return new(what, _ => sql, sql.Contains("pg_database", StringComparison.Ordinal) || sql.Contains("prosrc", StringComparison.Ordinal) ? [Verdict.Answered] : ["42501"]);
        }
    }

    /// <summary>What would outlive the statement, or reach another session.</summary>
    static IEnumerable<Attack> State()
    {
        foreach (var sql in new[]
                 {
                     "pg_advisory_lock(77)", "pg_try_advisory_lock(77)", "setseed(0.5)", "pg_terminate_backend(pg_backend_pid() + 1)", "pg_cancel_backend(pg_backend_pid() + 1)",
                     "lo_from_bytea(0, convert_to('a', 'utf8'))", "lo_creat(-1)", "pg_reload_conf()", "lastval()", "pg_switch_wal()", "pg_logical_emit_message(false, 'a', 'b')",
                 })
        {
            yield return new(sql, _ => $"select {sql}::text", "42501");
        }

        yield return new("pg_notify", _ => "select pg_notify('channel', 'text')::text", Verdict.Answered);
        yield return new("a lock of the transaction", _ => "select pg_advisory_xact_lock(77)::text", Verdict.Answered);
    }

    static string InFrom(string call, Prey b) =>
        $"select o.v from (select {call} offset 0) as s (x) cross join lateral (select {Prey.Row} as v from {b.Table} where s.x is not null or s.x is null offset 0) as o";
}
