-- severity: warning
-- title: Default privileges give the login rights on whatever is created
-- why: A table is then open before isolate() marks it, and a function is callable before anybody read it.
-- remedy: alter default privileges … revoke all on … from public, app;
select coalesce(n.nspname::text, 'all schemas') || '.' || kind.name,
       format('What %I creates in %s is open to %s: %s.', owner.rolname, coalesce(quote_ident(n.nspname), 'all schemas'), grantee.name, kind.name),
       format('alter default privileges for role %I%s revoke all on %s from %s;', owner.rolname,
              case when n.oid is null then '' else format(' in schema %I', n.nspname) end, kind.name, grantee.name)
from app cross join pg_default_acl d
join pg_roles owner on owner.oid = d.defaclrole
left join pg_namespace n on n.oid = d.defaclnamespace
join (values ('r', 'tables'), ('S', 'sequences'), ('f', 'functions'), ('n', 'schemas')) as kind (type, name) on kind.type = d.defaclobjtype::text
cross join lateral (
    select distinct case acl.grantee when 0 then 'public' else app.login end as name
    from aclexplode(d.defaclacl) acl
    where acl.grantee = app.oid or acl.grantee = 0 and not (d.defaclobjtype = 'f' and d.defaclnamespace = 0)) as grantee
