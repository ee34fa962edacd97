-- severity: error
-- proof: role-owns
-- title: The login owns something
-- why: An owner can remove what guards a table, whatever was revoked from it.
-- remedy: reassign owned by app to tenancy_owner;
select app.rolname::text,
       format('The role %s owns something in %s.', app.login, case when d.dbid = 0 then 'the cluster' else 'this database' end),
       format('reassign owned by %s to tenancy_owner;', app.login)
from app
join pg_shdepend d on d.refclassid = 'pg_authid'::regclass and d.refobjid = app.oid and d.deptype = 'o'
where d.dbid in (0, (select oid from pg_database where datname = current_database()))
group by d.dbid = 0, d.dbid, app.rolname, app.login
