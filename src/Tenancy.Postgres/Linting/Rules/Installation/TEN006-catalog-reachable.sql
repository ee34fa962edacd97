-- severity: error
-- title: The login can use the catalog of tenants
-- why: It names every tenant, with placement and settings.
-- remedy: revoke usage on schema tenancy_catalog from public, app;
select n.nspname::text,
       format('The role %s may use schema %I, which lists all tenants.', app.login, n.nspname),
       format('revoke all on schema %I from public, %s;', n.nspname, app.login)
from app cross join pg_namespace n
where n.nspname = 'tenancy_catalog' and has_schema_privilege(app.oid, n.oid, 'USAGE')
