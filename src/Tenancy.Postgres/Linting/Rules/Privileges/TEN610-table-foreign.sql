-- severity: error
-- proof: table-foreign
-- title: The login of one tenant has rights on a table outside its schema
-- why: It is a guard of that tenant's schema because it reaches nothing else in a database of many.
-- remedy: revoke all on … from the login;
select r.name, format('The login %s of a tenant has %s on %s.', grantee.rolname, string_agg(distinct acl.privilege_type, ', '), r.name),
       format('revoke all on %s from %s;', r.name, quote_ident(grantee.rolname))
from relations r
cross join lateral aclexplode(r.relacl) acl
join pg_roles grantee on grantee.oid = acl.grantee
where r.identity is null and not r.shared and r.nspname <> grantee.rolname
  and (grantee.rolname ~ '^t_[0-9a-f]{32}$' or grantee.rolname = 'tenancy_tenants')
group by r.name, grantee.rolname
