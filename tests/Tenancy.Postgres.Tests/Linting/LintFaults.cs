namespace Tenancy.Postgres.Tests;

/// <summary>Every rule's faults.</summary>
public static class LintFaults
{
    /// <summary>A table that is isolated, beside those of the installation.</summary>
    const string Orders = "create table app.orders (id bigint primary key, note_id bigint, status text); select tenancy.isolate('app.orders'); ";

    /// <summary>What a migration creates belongs to the owner.</summary>
    const string Function = "alter function app.f owner to tenancy_owner; grant execute on function app.f to {app}; ";

    public static IReadOnlyList<LintFault> All { get; } =
    [
        // Installation.
        new("TEN001", "{database}", "create or replace function tenancy.version() returns integer language sql immutable return 99")
        {
            Mend = $"create or replace function tenancy.version() returns integer language sql immutable return {SqlScript.TenancyVersion}",
        },
        new("TEN001", "{database}", "revoke usage on schema tenancy from tenancy_owner, {app}; drop table tenancy.trusted_functions")
        {
            Mend = "create table tenancy.trusted_functions (function regprocedure primary key, reason text)",
        },
        new("TEN002", "tenancy.enter", "create or replace function tenancy.enter(tenant uuid) returns void language sql security definer as 'select null::void'")
        {
            Mend = "create or replace function tenancy.enter(tenant uuid) returns void language plpgsql security definer as $b$" + Shipped("enter") + "$b$",
        },
        new("TEN002", "tenancy.enter", "alter function tenancy.enter(uuid) security invoker") { Mend = "alter function tenancy.enter(uuid) security definer" },
        new("TEN002", "tenancy.no_tenant", "alter function tenancy.no_tenant() rename to some_tenant") { Mend = "alter function tenancy.some_tenant() rename to no_tenant" },
        new("TEN002", "tenancy.scope", "create or replace view tenancy.scope with (security_barrier = true) as select '00000000-0000-4000-8000-000000000000'::uuid as tenant")
        {
            Mend = "create or replace view tenancy.scope with (security_barrier = true) as select tenancy.current_tenant() as tenant",
        },
        new("TEN002", "tenancy.has_rows", "drop function tenancy.has_rows(regclass)")
        {
            Mend = "create function tenancy.has_rows(t regclass) returns boolean language plpgsql as $b$" + Shipped("has_rows") + "$b$",
        },
        new("TEN003", "{database}", "create or replace function tenancy.identity() returns uuid language sql immutable return null::uuid")
        {
            Place = Place.OwnDatabase,
            // Without an owner the tables count as shared, and nothing guards them.
            Also = ["TEN204", "TEN610"],
            Mend = "create or replace function tenancy.identity() returns uuid language sql immutable return replace(substr(current_database()::text, 3), '_', '')::uuid",
        },
        new("TEN004", "*", "create function app.gone() returns void language plpgsql as 'begin end'; insert into tenancy.trusted_functions values ('app.gone()', 'why not'); drop function app.gone()"),
        new("TEN005", "tenancy.trusted_functions", "grant insert on tenancy.trusted_functions to {app}"),
        new("TEN005", "tenancy.migrations", "grant select (name) on tenancy.migrations to public"),
        new("TEN006", "tenancy_catalog", "create schema tenancy_catalog; grant usage on schema tenancy_catalog to public"),

        // Roles and settings.
        new("TEN101", "{app}", "alter role {app} bypassrls"),
        new("TEN101", "{app}", "alter role {app} createdb createrole replication"),
        new("TEN102", "pg_read_all_data", "grant pg_read_all_data to {app}") { Also = ["TEN005", "TEN608"], Place = Place.OwnDatabase },
        new("TEN102", "tenancy_nobody", "create role tenancy_nobody; grant tenancy_nobody to {app}"),
        new("TEN103", "{app}", "create table app.own (id int); alter table app.own owner to {app}; select tenancy.shared('app.own')"),
        new("TEN104", "public", "grant connect on database {database} to public"),
        new("TEN104", "t_00000000000000000000000000000000", "create role t_00000000000000000000000000000000 login; grant connect on database {database} to t_00000000000000000000000000000000") { Place = Place.OwnDatabase },
        new("TEN111", "tenancy.tenant", "alter role {app} set tenancy.tenant = '00000000-0000-4000-8000-00000000000a'"),
        new("TEN111", "row_security", "alter role {app} in database {database} set row_security = off"),
        new("TEN111", "tenancy.tenant", "alter database {database} set tenancy.tenant = '00000000-0000-4000-8000-00000000000a'"),
        new("TEN113", "search_path", "alter role {app} set search_path = public"),
        new("TEN113", "session_replication_role", "alter database {database} set session_replication_role = replica"),

        // Tables.
        new("TEN201", "app.notes", "alter table app.notes disable row level security"),
        new("TEN201", "{schema}.notes", "alter table {schema}.notes disable row level security"),
        new("TEN202", "app.notes", "alter table app.notes no force row level security"),
        new("TEN203", "app.notes", "alter policy tenancy_isolation on app.notes using (true)"),
        new("TEN203", "app.notes", "drop policy tenancy_isolation on app.notes; create policy tenancy_isolation on app.notes using (tenant_id = (select tenancy.current_tenant()))"),
        new("TEN204", "app.copy", "create table app.copy (like app.notes including all); grant select on app.copy to {app}"),
        new("TEN204", "app.plain", "create table app.plain (id int); grant select on app.plain to public"),
        new("TEN204", "app.lookup", "create table app.lookup (id int); select tenancy.shared('app.lookup'); grant insert on app.lookup to {app}"),
        new("TEN204", "{schema}.plain", "create table {schema}.plain as select * from {schema}.notes; grant select on {schema}.plain to {app}"),
        new("TEN205", "app.plain", "create table app.plain (id int)"),
        new("TEN205", "app.plain", "create table app.plain (id int)") { Place = Place.OwnDatabase },
        new("TEN206", "app.logs_1", "create table app.logs (id int, day int, primary key (id, day)) partition by range (day); select tenancy.isolate('app.logs'); create table app.logs_1 partition of app.logs for values from (1) to (2); grant select on app.logs_1 to {app}"),
        new("TEN206", "app.heir", "create table app.heir () inherits (app.notes); grant insert on app.heir to {app}"),
        new("TEN207", "app.notes.own", "create function app.f() returns uuid language sql immutable return null::uuid; create policy own on app.notes as restrictive using (tenant_id is distinct from app.f())"),
        new("TEN207", "app.notes.tenancy_isolation", "alter function tenancy.current_tenant() immutable") { Also = ["TEN509"] },
        new("TEN208", "app.notes.own", "create policy own on app.notes as restrictive using (tenant_id = tenancy.current_tenant())"),
        new("TEN209", "app.notes", "alter table app.notes drop constraint notes_pkey; alter table app.notes alter column tenant_id drop not null"),
        new("TEN210", "app.notes", "alter table app.notes alter column tenant_id drop default"),
        new("TEN211", "app.notes", "drop policy tenancy_access on app.notes"),
        new("TEN212", "{schema}.notes", "alter table {schema}.notes drop constraint tenancy_identity"),
        new("TEN212", "app.notes", "alter table app.notes drop constraint tenancy_identity") { Place = Place.OwnDatabase },
        new("TEN212", "app.notes", "alter table app.notes drop constraint tenancy_identity, add constraint tenancy_identity check (tenant_id = '00000000-0000-4000-8000-00000000000a')") { Place = Place.OwnDatabase },

        // Keys and indexes.
        new("TEN301", "app.notes.notes_mark", "create unique index notes_mark on app.notes (mark, size desc) where size > 1"),
        new("TEN301", "app.notes.notes_mark_key", "alter table app.notes add unique (mark)"),
        new("TEN301", "app.notes.apart", "alter table app.notes add constraint apart exclude (mark with =)") { Mend = "alter table app.notes drop constraint apart" },
        new("TEN302", "app.orders.fk", Orders + "create unique index one on app.notes (id); alter table app.orders add constraint fk foreign key (note_id) references app.notes (id) on delete set null deferrable")
        {
            Also = ["TEN301", "TEN305"],
        },
        new("TEN302", "app.plain.fk", "create table app.plain (tenant_id uuid, id bigint); select tenancy.shared('app.plain'); create unique index one on app.notes (id); alter table app.plain add constraint fk foreign key (id) references app.notes (id)")
        {
            Also = ["TEN301"],
        },
        new("TEN303", "app.notes.notes_mark", "create index notes_mark on app.notes (mark, size desc) where size > 1"),
        new("TEN303", "app.notes.notes_mark", "create unique index notes_mark on app.notes (mark, tenant_id)"),
        new("TEN303", "app.logs.logs_text", "create table app.logs (id int, day int, text text, primary key (id, day)) partition by range (day); select tenancy.isolate('app.logs'); create table app.logs_1 partition of app.logs for values from (1) to (2); create index logs_text on app.logs (text)"),
        new("TEN304", "app.notes.by_lower.2", "create index by_lower on app.notes (tenant_id, lower(mark))") { Mend = "drop index app.by_lower" },
        new("TEN304", "app.notes.by_pattern.2", "create index by_pattern on app.notes (tenant_id, mark text_pattern_ops)") { Mend = "drop index app.by_pattern" },
        new("TEN304", "app.orders.by_state.2", Orders + "create type app.state as enum ('new'); alter table app.orders add state app.state; create index by_state on app.orders (tenant_id, state)") { Mend = "drop index app.by_state" },
        new("TEN304", "app.orders.by_price.2", Orders + "alter table app.orders add price numeric; create index by_price on app.orders (tenant_id, price, status)") { Mend = "drop index app.by_price" },
        new("TEN304", "app.orders.by_data.1", Orders + "alter table app.orders add data jsonb; create index by_data on app.orders using gin (data jsonb_path_ops)") { Mend = "drop index app.by_data" },
        new("TEN304", "{schema}.notes.by_search.1", "alter table {schema}.notes add search tsvector; create index by_search on {schema}.notes using gin (search)") { Mend = "drop index {schema}.by_search" },
        new("TEN305", "app.orders.fk", Orders + "alter table app.orders add constraint fk foreign key (tenant_id, note_id) references app.notes (tenant_id, id)"),
        new("TEN306", "app.orders.number", Orders + "alter table app.orders add number bigint generated always as identity") { Mend = "alter table app.orders alter number drop identity" },

        // Views.
        new("TEN401", "app.all_notes", "create view app.all_notes as select * from app.notes; grant select on app.all_notes to {app}"),
        new("TEN402", "app.many", "create materialized view app.many as select count(*) from app.notes; grant select on app.many to public"),
        new("TEN403", "app.file", "create extension file_fdw schema extensions; create server s foreign data wrapper file_fdw; create foreign table app.file (t text) server s options (filename '/dev/null'); grant select on app.file to {app}") { Also = ["TEN806", "TEN503"] },

        // Functions.
        new("TEN501", "set_config(text,text,boolean)", "grant execute on function set_config(text, text, boolean) to public"),
        new("TEN511", "set_config(text,text,boolean)", "create or replace function tenancy.level() returns text language sql immutable return 'signed'; grant execute on function set_config(text, text, boolean) to public")
        {
            Mend = "create or replace function tenancy.level() returns text language sql immutable return 'latched'; revoke execute on function set_config(text, text, boolean) from public",
        },
        new("TEN501", "lo_create(oid)", "grant execute on function lo_create(oid) to {app}"),
        new("TEN501", "pg_stat_get_activity(integer)", "grant execute on function pg_stat_get_activity(integer) to {app}"),
        new("TEN502", "setseed(double precision)", "grant execute on function setseed(double precision) to public"),
        new("TEN502", "extensions.set_limit(real)", "create extension pg_trgm schema extensions"),
        new("TEN503", "app.f(text)", "create function app.f(text) returns void language plpgsql as 'begin execute $1; end'; " + Function),
        new("TEN503", "app.f()", "create function app.f() returns trigger language plpgsql as 'begin execute new.mark; return new; end'; alter function app.f owner to tenancy_owner; create trigger t before insert on app.notes for each row execute function app.f()"),
        new("TEN503", "tenancy.erase(uuid,name)", "grant execute on function tenancy.erase(uuid, name) to {app}"),
        new("TEN503", "extensions.xpath_table(text,text,text,text,text)", "create extension xml2 schema extensions") { Also = ["TEN806"] },
        new("TEN503", "app.f(text)", "create function app.f(text) returns text language sql security definer set search_path = pg_catalog, pg_temp return set_config('tenancy.tenant', $1, true); " + Function) { Also = ["TEN505"] },
        new("TEN504", "app.f()", "create function app.f() returns bigint language sql security definer set search_path = pg_catalog, pg_temp as 'select count(*) from app.notes'; grant execute on function app.f to {app}"),
        new("TEN505", "app.f()", "create function app.f() returns bigint language sql security definer set search_path = pg_catalog, pg_temp as 'select count(*) from app.notes'; " + Function),
        new("TEN506", "app.f()", "create function app.f() returns bigint language sql security definer as 'select count(*) from app.notes'; alter function app.f owner to tenancy_owner; revoke execute on function app.f from public"),
        new("TEN507", "app.f()", "create function app.f() returns text language sql as 'select set_config(''a.b'', ''c'', true)'; " + Function) { Mend = "drop function app.f" },
        new("TEN509", "app.f()", "create function app.f() returns uuid language sql immutable return tenancy.current_tenant(); " + Function),
        new("TEN509", "app.f()", "create function app.f() returns text language plpgsql immutable as 'begin return current_setting(''tenancy.tenant''); end'; " + Function),
        new("TEN510", "app.f(text)", "create function app.f(text) returns boolean language sql immutable leakproof return $1 = ''; " + Function),

        // Privileges.
        new("TEN601", "app.notes", "grant truncate, trigger on app.notes to {app}"),
        new("TEN601", "app.notes", "grant references (id) on app.notes to {app}"),
        new("TEN601", "app.lookup", "create table app.lookup (id int); select tenancy.shared('app.lookup'); grant truncate on app.lookup to {app}"),
        new("TEN602", "TEMPORARY", "grant temporary on database {database} to public"),
        new("TEN602", "CREATE", "grant create on database {database} to {app}") { Place = Place.OwnDatabase },
        new("TEN603", "app", "grant create on schema app to {app}"),
        new("TEN603", "{schema}", "grant create on schema {schema} to public"),
        new("TEN604", "app.numbers", "create sequence app.numbers; grant select on sequence app.numbers to {app}"),
        new("TEN605", "app.tables", "alter default privileges for role tenancy_owner in schema app grant select on tables to {app}"),
        new("TEN605", "all schemas.tables", "alter default privileges for role tenancy_owner grant select on tables to public"),
        new("TEN606", "app.notes", "grant select (id) on app.notes to public"),
        new("TEN607", "app.notes", "grant select on app.notes to {app} with grant option"),
        new("TEN608", "public", "grant usage on schema public to public"),
        new("TEN609", "{database}", "select lo_create(0)"),

        // Schemas of tenants.
        new("TEN610", "app.notes", "create role t_00000000000000000000000000000001 login; grant select on app.notes to t_00000000000000000000000000000001"),
        new("TEN701", "{schema}.rule _RETURN", "create view {schema}.theirs with (security_invoker) as select * from {other}.notes") { Mend = "drop view {schema}.theirs" },
        new("TEN701", "{schema}.constraint theirs", "alter table {schema}.notes add constraint theirs foreign key (tenant_id, size) references {other}.notes (tenant_id, id)") { Also = ["TEN305"], Mend = "alter table {schema}.notes drop constraint theirs" },
        new("TEN701", "{schema}.default value for column size of table {schema}.notes", "create sequence {other}.numbers; alter table {schema}.notes alter size set default nextval('{other}.numbers')") { Mend = "alter table {schema}.notes alter size set default 0" },
        new("TEN701", "{schema}.trigger t", "create function {other}.f() returns trigger language plpgsql as 'begin return new; end'; create trigger t before insert on {schema}.notes for each row execute function {other}.f()") { Mend = "drop trigger t on {schema}.notes" },
        new("TEN701", "{schema}.function {schema}.f()", "create function {schema}.f() returns bigint language sql return (select count(*) from {other}.notes)") { Mend = "drop function {schema}.f()" },
        new("TEN702", "{schema}", "insert into tenancy.schema_guards values ('{schema}', 'searchpath')") { Mend = "delete from tenancy.schema_guards" },

        // Server.
        new("TEN803", "log_parameter_max_length", "set local log_statement = 'all'") { Mend = "set local log_parameter_max_length = 0" },
        new("TEN803", "log_parameter_max_length_on_error", "set local log_parameter_max_length_on_error = 100") { Mend = "set local log_parameter_max_length_on_error = 0" },
        new("TEN804", "everything", "create publication everything for all tables"),
        new("TEN804", "a_few", "create publication a_few for table app.notes, {schema}.notes"),
        new("TEN805", "watch", "create function app.f() returns event_trigger language plpgsql as 'begin end'; create event trigger watch on ddl_command_end execute function app.f()"),
        new("TEN806", "dblink", "create extension dblink schema extensions") { Also = ["TEN503"] },
        new("TEN806", "pageinspect", "create extension pageinspect schema extensions"),
        new("TEN807", "citext", "create extension citext schema app"),
        new("TEN808", "s", "create extension postgres_fdw schema extensions; create server s foreign data wrapper postgres_fdw; grant usage on foreign server s to {app}") { Also = ["TEN806", "TEN503"] },
        new("TEN809", "pg_catalog.pg_stats_ext_exprs", StatisticsView("pg_has_role(c.relowner, 'USAGE'::text)", "true"))
        {
            Mend = StatisticsView("true", "pg_has_role(c.relowner, 'USAGE'::text)"),
        },
    ];

    /// <summary>Rules whose fault is not in a database: tested on their own.</summary>
    public static IReadOnlyList<string> Elsewhere { get; } = ["TEN105", "TEN112", "TEN508", "TEN801", "TEN802"];

    /// <summary>Makes the view anew, as initdb did before CVE-2024-4317 or does since.</summary>
    static string StatisticsView(string condition, string changed) =>
        $"""
        set local allow_system_table_mods = on;
        do $view$ begin
            execute 'create or replace view pg_catalog.pg_stats_ext_exprs with (security_barrier) as ' || replace(
                pg_get_viewdef('pg_catalog.pg_stats_ext_exprs'::regclass), $before$WHERE ({condition} AND$before$, $after$WHERE ({changed} AND$after$);
        end $view$
        """;

    /// <summary>The body that the installation gives a function.</summary>
    static string Shipped(string function) => InstalledFunctions.Bodies[Array.IndexOf(InstalledFunctions.Names, function)];
}
