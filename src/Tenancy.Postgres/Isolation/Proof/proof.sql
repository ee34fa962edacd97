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
-- Functions that run text of their caller's: with one of them, a statement can run any other.
select 'function-dynamic', 'fatal',
       pg_catalog.format('The role %s may execute %s, which can run text of its caller''s as SQL.', me.role, f.oid::regprocedure),
       pg_catalog.format('revoke execute on function %s from public, %s;', f.oid::regprocedure, me.role)
from me cross join pg_catalog.pg_proc f
join pg_catalog.pg_language l on l.oid = f.prolang
left join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = f.oid and d.deptype = 'e'
left join pg_catalog.pg_extension e on e.oid = d.refobjid
where f.pronamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
  and (e.extname in ('xml2', 'dblink', 'postgres_fdw', 'file_fdw', 'adminpack', 'pg_cron')
       or l.lanname = 'plpgsql' and f.prosrc ~* '\mexecute\M'
       or l.lanname not in ('sql', 'plpgsql', 'c', 'internal'))
  and f.prorettype <> 'pg_catalog.trigger'::regtype
  and pg_catalog.has_function_privilege(session_user, f.oid, 'EXECUTE')
  and pg_catalog.has_schema_privilege(session_user, f.pronamespace, 'USAGE')
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
   or pg_catalog.pg_get_expr(p.polqual, p.polrelid) !~ '^\(tenant_id = \( SELECT (tenancy\.)?current_tenant\(\) AS current_tenant\)\)$'
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
union all
select 'server-version', 'fatal',
       pg_catalog.format('The server is PostgreSQL %s.', pg_catalog.current_setting('server_version')), 'Use PostgreSQL 15 or newer.'
from me where pg_catalog.current_setting('server_version_num')::int < 150000
limit 100
