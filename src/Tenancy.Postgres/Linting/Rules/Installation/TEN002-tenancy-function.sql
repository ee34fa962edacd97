-- severity: error
-- proof: latch
-- title: A function of the tenancy schema was changed
-- why: enter() latches the first tenant of a transaction; a changed one may accept null, or a second tenant.
-- remedy: Run IPostgresInstaller.InstallAsync as an administrator; it is harmless to run again.
select 'tenancy.' || own.name,
       case when p.oid is null then format('The function tenancy.%s is missing.', own.name)
            else format('The function %s is not the one that this version installs.', p.oid::regprocedure) end,
       null
from given
cross join unnest(given.names, given.bodies) as own (name, body)
left join pg_proc p on p.proname = own.name and p.pronamespace = to_regnamespace('tenancy')
where given.installed = given.needed
  and (p.oid is null or btrim(p.prosrc, E' \n') <> btrim(own.body, E' \n') or p.prosecdef <> (own.name in ('enter', 'enter_schema')))
