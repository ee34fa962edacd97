-- severity: error
-- proof: table-policy
-- title: The policy of a table is not the one that isolate() makes
-- why: It must be restrictive, for all commands and all roles: then no other policy can widen it.
-- remedy: select tenancy.isolate('…');
select r.name, format('The policy tenancy_isolation of %s is not the one that isolate() makes.', r.name),
       format('select tenancy.isolate(%L);', r.name)
from relations r join pg_policy p on p.polrelid = r.oid and p.polname = 'tenancy_isolation'
where p.polpermissive or p.polcmd <> '*' or p.polroles <> '{0}'
   or pg_get_expr(p.polqual, p.polrelid) !~ '^\(tenant_id = \( SELECT (tenancy\.current_tenant\(\) AS current_tenant|scope\.tenant\s+FROM tenancy\.scope)\)\)$'
   or pg_get_expr(p.polwithcheck, p.polrelid) is distinct from pg_get_expr(p.polqual, p.polrelid)
