-- severity: error
-- proof: latch, stamp
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
