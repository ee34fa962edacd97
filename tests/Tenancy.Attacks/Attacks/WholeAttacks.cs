namespace Tenancy.Attacks;

/// <summary>Texts that are statements of their own: sent alone, or behind a semicolon.</summary>
public static class WholeAttacks
{
    public const string Set = "A3 set";
    public const string CommitAndSet = "A5 commit, begin, set";
    public const string SetRole = "A4 reset role, set role";

    /// <summary>Refused before they are sent.</summary>
    public static readonly IReadOnlyList<Attack> Refused =
    [
        .. new (string Name, Func<Prey, string> Text)[]
        {
            (Set, b => $"set {b.Setting} = '{b.Id}'"),
            ("set local", b => $"set local {b.Setting} = '{b.Id}'"),
            ("set behind a comment", b => $"/* /* x */ */ -- y\nset {b.Setting} = '{b.Id}'"),
            ("set role", b => $"set role {b.Role}"),
            ("set local role", b => $"set local role {b.Role}"),
            ("A11 set session authorization", b => $"set session authorization {b.Role}"),
            ("A4 reset role", _ => "reset role"),
            ("A10 reset all", _ => "reset all"),
            ("discard all", _ => "discard all"),
            ("commit", _ => "commit"),
            ("commit and chain", _ => "commit and chain"),
            ("rollback", _ => "rollback"),
            ("savepoint", _ => "savepoint s"),
            ("rollback to", _ => "rollback to savepoint s"),
            ("prepare", b => $"prepare _auto1 as select mark from {b.Table}"),
            ("deallocate", _ => "deallocate all"),
            ("execute", _ => "execute _auto1"),
            ("a cursor with hold", b => $"declare c cursor with hold for select mark from {b.Table}"),
            ("a cursor with hold, disguised", b => $"declare c insensitive no scroll cursor with/**/hold for select mark from {b.Table}"),
            ("a code block", b => $"do $$ begin perform set_config('{b.Setting}', '{b.Id}', false); end $$"),
            ("a code block that commits", b => $"do $$ begin commit; perform tenancy.enter('{b.Id}'); end $$"),
            ("copy out", b => $"copy {b.Table} to stdout"),
            ("copy to a program", b => $"copy {b.Table} to program 'cat > /tmp/x'"),
            ("copy from a program", _ => "copy notes from program 'id'"),
            ("copy from a file", _ => "copy notes from '/etc/passwd'"),
            ("explain", b => $"explain select * from {b.Table}"),
            ("explain analyze", b => $"explain (analyze, costs off) select * from {b.Table}"),
            ("listen", _ => "listen channel"),
            ("notify", _ => "notify channel, 'text'"),
            ("load", _ => "load 'auto_explain'"),
            ("a shadow", _ => "create temp table notes (id bigint, mark text)"),
            ("a function", _ => "create function app.enter(uuid) returns void language sql as ''"),
            ("a right", _ => "grant all on all tables in schema app to public"),
            ("the role's settings", _ => "alter role current_user set search_path = public"),
            ("row security off", b => $"alter table {b.Table} disable row level security"),
            ("no policy", b => $"drop policy tenancy_isolation on {b.Table}"),
            ("truncate", b => $"truncate {b.Table}"),
            ("lock", b => $"lock table {b.Table} in access exclusive mode"),
            ("security label", b => $"security label on table {b.Table} is 'x'"),
            ("nothing", _ => " ; -- nothing"),
        }.Select(one => new Attack(one.Name, one.Text, Verdict.Refused)),
        // Dapper takes a single word for the name of a procedure, unless it knows the word.
        new("begin", _ => "begin", Verdict.Refused, "42883"),
    ];

    /// <summary>Statements that may be sent, and reach nothing of B's.</summary>
    public static readonly IReadOnlyList<Attack> Sent =
    [
        new("the store as pg_settings", b => $"update pg_settings set setting = '{b.Id}' where name = '{b.Setting}' or name = 'search_path'", "42501"),
        new("the store in a CTE", b => $"with s as (update pg_settings set setting = '{b.Id}' where name in ('{b.Setting}', 'role') returning name) select {Prey.Row} as \"Value\" from {b.Table}, s", "42501", "42P01", "0A000"),
        new("trusted functions", _ => "insert into tenancy.trusted_functions values ('pg_sleep(double precision)', 'why not')", "42501"),
        new("migrations", _ => "update tenancy.migrations set version = 0", "42501"),
        new("policies in the catalog", _ => "delete from pg_policy", "42501"),
        new("functions in the catalog", _ => "update pg_proc set prosecdef = true", "42501"),
        new("roles in the catalog", _ => "update pg_authid set rolbypassrls = true", "42501"),
        new("update B's rows", b => $"update {b.Table} set mark = 'changed' where tenant_id = '{b.Id}' returning {Prey.Row} as \"Value\"", Verdict.Answered, "42501", "42P01"),
        new("delete B's rows in a CTE", b => $"with gone as (delete from {b.Table} where tenant_id = '{b.Id}' returning *) select {Prey.Row} as \"Value\" from gone", Verdict.Answered, "42501", "42P01", "0A000"),
        new("insert for B", b => $"insert into {b.Table} (tenant_id, id, mark) values ('{b.Id}', 99, 'planted') returning mark as \"Value\"", "42501", "42P01", "23514"),
        new("take B's row by its key", b => $"insert into {b.Table} (tenant_id, id, mark) values ('{b.Id}', 1, 'planted') on conflict (tenant_id, id) do update set tenant_id = tenancy.current_tenant(), id = 98 returning {Prey.Row} as \"Value\"", "42501", "42P01", "23514"),
        new("give a row to B", b => $"update notes set tenant_id = '{b.Id}' where id = 1 returning mark as \"Value\"", "42501", "23514"),
        new("merge into B's rows", b => $"merge into {b.Table} as n using (values (1)) as v (id) on n.id = v.id and n.tenant_id = '{b.Id}' when matched then update set mark = 'changed' when not matched then do nothing", Verdict.Answered, "42501", "42P01"),
        new("table", b => $"table {b.Table}", Verdict.Answered, "42501", "42P01"),
        new("values", b => $"values (coalesce((select string_agg({Prey.Row}, ',') from {b.Table} where tenant_id = '{b.Id}'), 'none'))", Verdict.Answered, "42501", "42P01"),
        new("show", b => $"show {b.Setting}", Verdict.Answered),
        new("fetch a cursor of another's", _ => "fetch all from c", "34000"),
        new("call what runs text", _ => "call run('set x = 1')", "42883", Verdict.Refused),
    ];

    /// <summary>Behind a semicolon: several statements in one text, refused in every way to send it.</summary>
    public static readonly IReadOnlyList<Attack> Stacked =
    [
        new(Set, b => $"set {b.Setting} = '{b.Id}'; select {Prey.Row} from {b.Table}", Verdict.Refused),
        new("set_config", b => $"select set_config('{b.Setting}', '{b.Id}', false); select {Prey.Row} from {b.Table}", Verdict.Refused),
        new(CommitAndSet, b => $"commit; begin; set local {b.Setting} = '{b.Id}'; select {Prey.Row} from {b.Table}", Verdict.Refused),
        new(SetRole, b => $"reset role; set role {b.Role}; select {Prey.Row} from {b.Table}", Verdict.Refused),
        new("A12 commit, reset role, set role", b => $"commit; reset role; set role {b.Role}; select {Prey.Row} from {b.Table}", Verdict.Refused),
        new("commit, enter", b => $"commit; select tenancy.enter('{b.Id}'); select {Prey.Row} from {b.Table}", Verdict.Refused),
        new("a hijacked statement", b => $"deallocate all; prepare _auto1 as select {Prey.Row} from {b.Table}", Verdict.Refused),
        new("a shadow", _ => "create temp table notes as select * from notes; select 1", Verdict.Refused),
        new("a held cursor", b => $"declare c cursor with hold for select {Prey.Row} from {b.Table}", Verdict.Refused),
        new("the role's own settings", _ => "alter role current_user set row_security = off", Verdict.Refused),
        new("behind nothing", b => $"; ; set {b.Setting} = '{b.Id}'", Verdict.Refused),
        new("in a nested comment", b => $"/* ; /* */ */ set {b.Setting} = '{b.Id}'", Verdict.Refused),
    ];
}
