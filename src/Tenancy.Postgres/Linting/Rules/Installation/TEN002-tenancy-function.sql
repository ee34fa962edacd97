-- severity: error
-- proof: latch
-- title: A function of the tenancy schema was changed
-- why: enter() latches the first tenant of a transaction; a changed one may accept null, or a second tenant.
-- remedy: Run IPostgresInstaller.InstallAsync as an administrator; it is harmless to run again.
select * from (
with own as (
    select own.* from given cross join unnest(given.names, given.bodies, given.definers) as own (name, body, definer)
    where given.installed = given.needed
),
-- A function may have several forms, told apart by what they do.
present as (
    select p.oid, own.name, own.body, p.prosecdef = own.definer as right_owner
    from own join pg_proc p on p.proname = own.name and p.pronamespace = to_regnamespace('tenancy')
        and btrim(p.prosrc, E' \n') = btrim(own.body, E' \n')
)
select 'tenancy.' || own.name, format('The function tenancy.%s is missing, or not the one that this version installs.', own.name), null
from own left join present on present.name = own.name and present.body = own.body
where present.right_owner is not true
union
select 'tenancy.' || p.proname, format('The function %s is none that this version installs.', p.oid::regprocedure), null
from pg_proc p
where p.pronamespace = to_regnamespace('tenancy') and p.proname in (select name from own)
  and not exists (select from present where present.oid = p.oid)
) as found
