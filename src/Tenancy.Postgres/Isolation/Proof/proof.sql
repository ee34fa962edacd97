-- Run as the login that will serve requests. Each row is one way in which the isolation would not hold, or in which the
-- login could leave something behind for the next tenant, with the statement that mends it.
with me as (
    select r.*, pg_catalog.quote_ident(r.rolname) as role, pg_catalog.quote_ident(pg_catalog.current_database()) as db
    from pg_catalog.pg_roles r where r.rolname = session_user
)
select 'role-attribute', 'fatal',
       pg_catalog.format('The role %s is %s, which row security does not bind.', me.role, attribute.name),
       pg_catalog.format('alter role %s %s;', me.role, attribute.remedy)
from me cross join lateral (values
    (me.rolsuper, 'a superuser', 'nosuperuser'), (me.rolbypassrls, 'BYPASSRLS', 'nobypassrls'),
    (me.rolcreaterole, 'CREATEROLE', 'nocreaterole'), (me.rolcreatedb, 'CREATEDB', 'nocreatedb'),
    (me.rolreplication, 'REPLICATION', 'noreplication')) as attribute (held, name, remedy)
where attribute.held
union all
select 'role-member', 'fatal',
       pg_catalog.format('The role %s is a member of %I and can act with its rights.', me.role, r.rolname),
       pg_catalog.format('revoke %I from %s;', r.rolname, me.role)
from me join pg_catalog.pg_auth_members m on m.member = me.oid join pg_catalog.pg_roles r on r.oid = m.roleid
-- What that role may is looked at with the rest: rights are inherited.
where not (r.rolname = 'tenancy_tenants' and me.rolname ~ '^t_[0-9a-f]{32}$')
union all
select 'role-owns', 'fatal',
       pg_catalog.format('The role %s owns something in %s, so it could remove what guards it.', me.role,
                         case when d.dbid = 0 then 'the cluster' else 'this database' end),
       pg_catalog.format('reassign owned by %s to tenancy_owner;', me.role)
from me join pg_catalog.pg_shdepend d on d.refclassid = 'pg_catalog.pg_authid'::regclass and d.refobjid = me.oid and d.deptype = 'o'
where d.dbid in (0, (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()))
group by 1, 2, 3, 4
union all
select 'database-privilege', 'fatal',
       case p when 'TEMPORARY' then pg_catalog.format('The role %s may create temporary objects in database %s, so one tenant could leave data behind for the next.', me.role, me.db)
              else pg_catalog.format('The role %s may create schemas in database %s.', me.role, me.db) end,
       pg_catalog.format('revoke %s on database %s from public, %s;', pg_catalog.lower(p), me.db, me.role)
from me cross join unnest(array['TEMPORARY', 'CREATE']) as p
where pg_catalog.has_database_privilege(session_user, pg_catalog.current_database(), p)
union all
select 'schema-create', 'fatal',
       pg_catalog.format('The role %s may create objects in schema %I, and could shadow a table or an operator there.', me.role, n.nspname),
       pg_catalog.format('revoke create on schema %I from public, %s;', n.nspname, me.role)
from me cross join pg_catalog.pg_namespace n
where n.nspname !~ '^pg_(toast|temp)' and pg_catalog.has_schema_privilege(session_user, n.oid, 'CREATE')
union all
select 'function-' || guarded.severity, guarded.severity,
       pg_catalog.format('The role %s may execute %s: %s.', me.role, f.oid::regprocedure, guarded.reason),
       pg_catalog.format('revoke execute on function %s from public, %s;', f.oid::regprocedure, me.role)
from me cross join pg_catalog.pg_proc f join {guarded_functions} on f.proname ~ guarded.pattern
where (f.pronamespace = 'pg_catalog'::regnamespace
       or exists (select from pg_catalog.pg_depend d
                  where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = f.oid and d.deptype = 'e'))
  and pg_catalog.has_function_privilege(session_user, f.oid, 'EXECUTE')
union all
-- Functions that run text of their caller's, or set what he names: with one of them, a statement can run any other. A
-- trigger needs no right to fire.
select 'function-dynamic', 'fatal',
       pg_catalog.format('The role %s may run %s, which %s.', me.role, f.oid::regprocedure, danger.does),
       case when danger.by_trigger
            then pg_catalog.format('drop function %s cascade; or, if no tenant chooses that text, insert into tenancy.trusted_functions values (''%s'', ''why'');', f.oid::regprocedure, f.oid::regprocedure)
            else pg_catalog.format('revoke execute on function %s from public, %s;', f.oid::regprocedure, me.role) end
from me cross join pg_catalog.pg_proc f
join pg_catalog.pg_language l on l.oid = f.prolang
left join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = f.oid and d.deptype = 'e'
left join pg_catalog.pg_extension e on e.oid = d.refobjid
cross join lateral (
    select f.prorettype = 'pg_catalog.trigger'::regtype as by_trigger,
           case when e.extname in ('xml2', 'dblink', 'postgres_fdw', 'file_fdw', 'adminpack', 'pg_cron') then 'can run text of its caller''s as SQL'
                when l.lanname = 'plpgsql' and f.prosrc ~* '\mexecute\M' then 'can run text of its caller''s as SQL'
                when l.lanname not in ('sql', 'plpgsql', 'c', 'internal') then 'is written in a language that can keep state and run SQL'
                when f.prosecdef and f.prokind in ('f', 'p') then
                    case when pg_catalog.pg_get_functiondef(f.oid) ~* '\mset_config\M' then 'calls set_config with the rights of its owner' end
           end as does) as danger
where danger.does is not null
  and (e.oid is not null or f.pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace))
  and f.oid not in ('tenancy.enter(uuid)'::regprocedure, 'tenancy.enter(uuid, integer, integer, integer, integer)'::regprocedure,
                    'tenancy.enter_signed(text, boolean)'::regprocedure, 'tenancy.enter_signed(text, boolean, integer, integer, integer, integer)'::regprocedure,
                    'tenancy.enter_pooled(text, boolean)'::regprocedure, 'tenancy.enter_pooled(text, boolean, integer, integer, integer, integer)'::regprocedure,
                    'tenancy.enter_schema(uuid)'::regprocedure, 'tenancy.enter_schema(uuid, integer, integer, integer, integer)'::regprocedure,
                    'tenancy.plan_for_values()'::regprocedure, 'tenancy.try_slot(integer)'::regprocedure, 'tenancy.attest_pooled(text)'::regprocedure)
  and not exists (select from tenancy.trusted_functions t where t.function = f.oid)
  and case when danger.by_trigger
           then exists (select from pg_catalog.pg_trigger t where t.tgfoid = f.oid and not t.tgisinternal)
           else pg_catalog.has_function_privilege(session_user, f.oid, 'EXECUTE')
                and pg_catalog.has_schema_privilege(session_user, f.pronamespace, 'USAGE') end
union all
select 'role-setting', 'fatal',
       pg_catalog.format('%s sets %s for every new session.',
                         case when s.setrole = 0 then 'The database' else 'The role ' || me.role end, pg_catalog.split_part(c, '=', 1)),
       pg_catalog.format('alter %s reset %s;',
                         case when s.setrole = 0 then 'database ' || me.db else 'role ' || me.role
                              || case when s.setdatabase = 0 then '' else ' in database ' || me.db end end, pg_catalog.split_part(c, '=', 1))
from me
join pg_catalog.pg_db_role_setting s on s.setrole in (0, me.oid)
    and s.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = pg_catalog.current_database()))
cross join unnest(s.setconfig) as c
where c ~ '^(tenancy\.|role=|session_authorization=|row_security=(?!on$)|standard_conforming_strings=(?!on$))'
union all
select 'session-setting', 'fatal', 'standard_conforming_strings is off, so a backslash could end a string literal early.',
       pg_catalog.format('alter database %s set standard_conforming_strings = on;', me.db)
from me where pg_catalog.current_setting('standard_conforming_strings') <> 'on'
union all
select 'session-setting', 'fatal', 'A new session has a tenant in scope before it entered any.', 'Find what sets tenancy.tenant, and remove it.'
from me where pg_catalog.current_setting('tenancy.tenant', true) <> ''
union all
select 'table-' || fault.name, 'fatal',
       pg_catalog.format('The table %s %s, so row security does not bind %s.', c.oid::regclass, fault.problem, fault.whom),
       pg_catalog.format('alter table %s %s row level security;', c.oid::regclass, fault.remedy)
from me
join pg_catalog.pg_policy p on p.polname = 'tenancy_isolation'
join pg_catalog.pg_class c on c.oid = p.polrelid
cross join lateral (values
    (not c.relrowsecurity, 'unsecured', 'has its row security disabled', 'anyone', 'enable'),
    (c.relrowsecurity and not c.relforcerowsecurity, 'unforced', 'does not force row security', 'its owner', 'force'))
    as fault (present, name, problem, whom, remedy)
where fault.present
union all
select 'table-policy', 'fatal',
       pg_catalog.format('The policy tenancy_isolation of %s is not the one that isolate() makes.', c.oid::regclass),
       pg_catalog.format('select tenancy.isolate(''%s'');', c.oid::regclass)
from me
join pg_catalog.pg_policy p on p.polname = 'tenancy_isolation'
join pg_catalog.pg_class c on c.oid = p.polrelid
where p.polpermissive or p.polcmd <> '*' or p.polroles <> '{0}'
   or pg_catalog.pg_get_expr(p.polqual, p.polrelid) !~ '^\(tenant_id = \( SELECT (tenancy\.current_tenant\(\) AS current_tenant|scope\.tenant\s+FROM tenancy\.scope)\)\)$'
   or pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) is distinct from pg_catalog.pg_get_expr(p.polqual, p.polrelid)
union all
select 'table-privilege', 'fatal',
       pg_catalog.format('The role %s has %s on %s, which goes past row security.', me.role, privilege, c.oid::regclass),
       pg_catalog.format('revoke %s on table %s from public, %s;', privilege, c.oid::regclass, me.role)
from me
join pg_catalog.pg_policy p on p.polname = 'tenancy_isolation'
join pg_catalog.pg_class c on c.oid = p.polrelid
cross join unnest(array['TRUNCATE', 'REFERENCES', 'TRIGGER']) as privilege
where pg_catalog.has_table_privilege(session_user, c.oid, privilege)
   or privilege = 'REFERENCES' and pg_catalog.has_any_column_privilege(session_user, c.oid, privilege)
union all
-- Whoever may write there declares a function safe, or a schema open.
select 'tenancy-privilege', 'fatal',
       pg_catalog.format('The role %s has %s on %s.', me.role, privilege, c.oid::regclass),
       pg_catalog.format('revoke %s on table %s from public, %s;', privilege, c.oid::regclass, me.role)
from me
cross join pg_catalog.pg_class c
cross join unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) as privilege
where c.relnamespace = pg_catalog.to_regnamespace('tenancy') and c.relkind in ('r', 'p', 'v', 'm', 'f')
  and (pg_catalog.has_table_privilege(session_user, c.oid, privilege)
       or privilege in ('INSERT', 'UPDATE', 'REFERENCES') and pg_catalog.has_any_column_privilege(session_user, c.oid, privilege))
union all
-- Whatever else the login can reach must be guarded, or marked as shared: a table that lost its policy, a partition, a
-- materialized view, a view that reads with the rights of its owner.
select 'table-unguarded', 'fatal',
       pg_catalog.format('The role %s can reach %s, which no policy guards.', me.role, c.oid::regclass),
       case when c.relkind in ('r', 'p') and not c.relispartition
            then pg_catalog.format('select tenancy.isolate(''%s''); or, for what all tenants may read, select tenancy.shared(''%s'');', c.oid::regclass, c.oid::regclass)
            when c.relkind = 'v' then pg_catalog.format('alter view %s set (security_invoker = true);', c.oid::regclass)
            else pg_catalog.format('revoke all on %s from public, %s;', c.oid::regclass, me.role) end
from me
cross join pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where tenancy.identity() is null and c.relkind in ('r', 'p', 'v', 'm', 'f')
  and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'tenancy')
  and pg_catalog.has_schema_privilege(session_user, n.oid, 'USAGE')
  and (pg_catalog.has_table_privilege(session_user, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
       or pg_catalog.has_any_column_privilege(session_user, c.oid, 'SELECT, INSERT, UPDATE'))
  and not exists (select from pg_catalog.pg_policy p where p.polrelid = c.oid and p.polname = 'tenancy_isolation')
  -- A schema that only its tenant's login may use; and one that is guarded by no more than the search_path, as was asked for.
  and not (n.nspname = session_user and session_user ~ '^t_[0-9a-f]{32}$')
  and not (session_user !~ '^t_[0-9a-f]{32}$' and exists (select from tenancy.schema_guards g where g.schema_name = n.nspname and g.guard = 'searchpath'))
  and not (c.relrowsecurity and exists (select from pg_catalog.pg_policy p where p.polrelid = c.oid and p.polname = 'tenancy_shared')
           and not pg_catalog.has_table_privilege(session_user, c.oid, 'INSERT, UPDATE, DELETE'))
  and not (c.relkind = 'v' and exists (select from pg_catalog.pg_options_to_table(c.reloptions) o
                                       where o.option_name = 'security_invoker' and o.option_value::boolean))
  -- What an extension brings is its own data, not a tenant's.
  and not exists (select from pg_catalog.pg_depend d
                  where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
union all
-- A tenant's own login in a database of many: nothing but its own schema.
select 'table-foreign', 'fatal',
       pg_catalog.format('The role %s is one tenant''s, and can reach %s, which is not in its schema.', me.role, c.oid::regclass),
       pg_catalog.format('revoke all on %s from public, %s, tenancy_tenants;', c.oid::regclass, me.role)
from me
cross join pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where tenancy.identity() is null and session_user ~ '^t_[0-9a-f]{32}$' and c.relkind in ('r', 'p', 'v', 'm', 'f')
  and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'tenancy', session_user)
  and pg_catalog.has_schema_privilege(session_user, n.oid, 'USAGE')
  and (pg_catalog.has_table_privilege(session_user, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
       or pg_catalog.has_any_column_privilege(session_user, c.oid, 'SELECT, INSERT, UPDATE'))
  and not exists (select from pg_catalog.pg_depend d
                  where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
union all
select 'server-version', 'fatal',
       pg_catalog.format('The server is PostgreSQL %s.', pg_catalog.current_setting('server_version')), 'Use PostgreSQL 15 or newer.'
from me where pg_catalog.current_setting('server_version_num')::int < 150000
limit 100
