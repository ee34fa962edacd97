-- Goes on where lint-given.sql ends: what the rules look at.
, app as (
    select r.oid, r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb, r.rolreplication,
           quote_ident(r.rolname) as login, quote_ident(current_database()) as database
    from given join pg_roles r on r.rolname = given.role
),
-- The functions of the tenancy schema as this version makes them; overloads have a name in common.
shipped as (
    select f.name, f.body, f.definer from given cross join unnest(given.names, given.bodies, given.definers) as f (name, body, definer)
    where given.installed = given.needed
),
-- The application's schemas, with the tenant whose schema it is.
schemas as (
    select n.oid, n.nspname, quote_ident(n.nspname) as name, has_schema_privilege(app.oid, n.oid, 'USAGE') as usable,
           case when n.nspname ~ '^t_[0-9a-f]{32}$' then substr(n.nspname::text, 3)::uuid end as tenant
    from app cross join pg_namespace n
    where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'tenancy', 'tenancy_catalog')
),
members as (
    select d.classid, d.objid, e.extname from pg_depend d join pg_extension e on e.oid = d.refobjid
    where d.deptype = 'e' and d.refclassid = 'pg_extension'::regclass
),
-- The application's tables and views. sole: the one tenant whose rows it may hold, null where it holds those of several.
relations as (
    select c.oid, c.oid::regclass::text as name, c.relname, c.relkind, c.relowner, c.relacl, c.reloptions,
           c.relrowsecurity, c.relforcerowsecurity, s.nspname, s.tenant as schema_tenant, s.nspname = any (given.only_found) as only_found,
           coalesce(given.identity, s.tenant) as sole, given.identity,
           c.relispartition or exists (select from pg_inherits i where i.inhrelid = c.oid) as child,
           column_of.attnum as tenant_column, coalesce(column_of.attnotnull, false) as tenant_required,
           exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'tenancy_isolation') as policed,
           exists (select from pg_constraint k where k.conrelid = c.oid and k.conname = 'tenancy_identity') as identified,
           c.relrowsecurity and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'tenancy_shared') as shared,
           s.usable and (has_table_privilege(app.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
                         or has_any_column_privilege(app.oid, c.oid, 'SELECT, INSERT, UPDATE')) as reachable,
           s.usable and (has_table_privilege(app.oid, c.oid, 'INSERT, UPDATE, DELETE')
                         or has_any_column_privilege(app.oid, c.oid, 'INSERT, UPDATE')) as writable
    from given cross join app
    cross join pg_class c
    join schemas s on s.oid = c.relnamespace
    left join pg_attribute column_of on column_of.attrelid = c.oid and column_of.attname = 'tenant_id' and not column_of.attisdropped
    where c.relkind in ('r', 'p', 'v', 'm', 'f')
      and not exists (select from members m where m.classid = 'pg_class'::regclass and m.objid = c.oid)
),
isolated as (
    select * from relations where relkind in ('r', 'p') and not child and (policed or identified)
),
-- Functions that the login can cause to run: by a call, or by a trigger, which needs no right to fire.
functions as (
    select f.oid, f.oid::regprocedure::text as name, f.proname, f.pronamespace, f.proowner, f.prosecdef, f.proleakproof,
           f.provolatile, f.prokind, f.prosrc, f.prosqlbody is not null as bound, f.proconfig, l.lanname, m.extname,
           n.nspname = 'tenancy' as ours,
           n.nspname = 'tenancy' and f.proname ~ '^(enter(_[a-z]+)?|current_tenant|no_scope|plan_for_values|try_slot|attest(_pooled|_lease|_new)?)$' as entry, f.oid = any (given.trusted) as trusted,
           has_function_privilege(app.oid, f.oid, 'EXECUTE') and has_schema_privilege(app.oid, n.oid, 'USAGE') as callable,
           f.prorettype = 'trigger'::regtype
               and exists (select from pg_trigger t where t.tgfoid = f.oid and not t.tgisinternal) as triggered
    from given cross join app
    cross join pg_proc f
    join pg_namespace n on n.oid = f.pronamespace
    join pg_language l on l.oid = f.prolang
    left join members m on m.classid = 'pg_proc'::regclass and m.objid = f.oid
    where n.nspname not in ('pg_catalog', 'information_schema') or m.extname is not null
)
