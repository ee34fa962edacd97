-- severity: error
-- title: A function runs with the rights of a role that row security does not bind
-- why: Called by any tenant, it reads and writes the rows of all.
-- remedy: alter function … owner to tenancy_owner;
select f.name, format('The role %s can cause %s to run with the rights of %I, which bypasses row security.', app.login, f.name, o.rolname),
       format('alter %s %s owner to tenancy_owner;', case f.prokind when 'p' then 'procedure' else 'function' end, f.name)
from app cross join functions f join pg_roles o on o.oid = f.proowner
where f.prosecdef and not f.trusted and (f.callable or f.triggered) and (o.rolsuper or o.rolbypassrls)
  and not f.entry
