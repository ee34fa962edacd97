-- severity: error
-- proof: latch, token
-- title: A function of the tenancy schema was changed
-- why: enter() latches the first tenant of a transaction; a changed one may accept null, or a second tenant.
-- remedy: Run IPostgresInstaller.InstallAsync as an administrator; it is harmless to run again.
select 'tenancy.' || p.proname, format('The function %s is not the one that this version installs.', p.oid::regprocedure), null
from pg_proc p
where p.pronamespace = to_regnamespace('tenancy') and p.proname in (select name from shipped)
  and not exists (select from shipped where shipped.name = p.proname and shipped.body = p.prosrc and shipped.definer = p.prosecdef)
union all
select 'tenancy.' || shipped.name, format('The function tenancy.%s is missing.', shipped.name), null
from shipped
group by shipped.name
having count(*) > (select count(*) from pg_proc p where p.pronamespace = to_regnamespace('tenancy') and p.proname = shipped.name)
union all
select 'tenancy.scope', 'The view tenancy.scope, by which policies ask for the tenant, is not the one that this version installs.', null
from (select to_regclass('tenancy.scope') as oid) as present
where to_regnamespace('tenancy') is not null and exists (select from shipped)
  and (present.oid is null
       or pg_get_viewdef(present.oid) !~ '^ SELECT (COALESCE\(\( SELECT \(substr\(.*tenancy\.signature\(.*\), tenancy\.no_scope\(\)\)|tenancy\.current_tenant\(\)) AS tenant;$'
       or not exists (select from pg_class c join pg_proc p on p.oid = to_regprocedure('tenancy.current_tenant()') and p.proowner = c.relowner
                      where c.oid = present.oid and c.relkind = 'v' and c.reloptions @> array['security_barrier=true']))
