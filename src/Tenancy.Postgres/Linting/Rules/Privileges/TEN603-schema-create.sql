-- severity: error
-- proof: schema-create
-- title: The login may create objects in a schema
-- why: It could put a table or an operator where others look first (CVE-2018-1058).
-- remedy: revoke create on schema … from public, app;
select n.nspname::text, format('The role %s may create objects in schema %I.', app.login, n.nspname),
       format('revoke create on schema %I from public, %s;', n.nspname, app.login)
from app cross join pg_namespace n
where n.nspname !~ '^pg_(toast|temp)' and has_schema_privilege(app.oid, n.oid, 'CREATE')
