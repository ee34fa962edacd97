-- severity: warning
-- title: A function runs with the rights of its owner
-- why: It may do what the login may not. Forced row security still binds the owner; privileges do not.
-- remedy: alter function … security invoker; or insert into tenancy.trusted_functions values ('…', 'why');
select f.name, format('The role %s can cause %s to run with the rights of %I.', app.login, f.name, o.rolname),
       format('alter %s %s security invoker;', case f.prokind when 'p' then 'procedure' else 'function' end, f.name)
from app cross join functions f join pg_roles o on o.oid = f.proowner
where f.prosecdef and not f.trusted and (f.callable or f.triggered) and not (o.rolsuper or o.rolbypassrls)
  and not f.entry
