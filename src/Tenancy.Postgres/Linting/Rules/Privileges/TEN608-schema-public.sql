-- severity: warning
-- title: The login may use the schema public
-- why: What is missing in a tenant's schema must not be found in one that everybody shares.
-- remedy: revoke usage on schema public from public, app;
select n.nspname::text, format('The role %s may use the schema public.', app.login),
       format('revoke usage on schema public from public, %s;', app.login)
from app cross join pg_namespace n where n.nspname = 'public' and has_schema_privilege(app.oid, n.oid, 'USAGE')
