-- severity: error
-- title: Everybody has rights on a tenant's table
-- why: PUBLIC is every login there is, also those of other tenants and of the catalog.
-- remedy: revoke all on table … from public;
select i.name, format('PUBLIC has %s on %s.', string_agg(distinct acl.privilege_type, ', '), i.name),
       format('revoke all on table %s from public;', i.name)
from isolated i
cross join lateral (
    select grantee, privilege_type from aclexplode(i.relacl)
    union all
    select e.grantee, e.privilege_type from pg_attribute a cross join lateral aclexplode(a.attacl) e
    where a.attrelid = i.oid and not a.attisdropped) acl
where acl.grantee = 0
group by i.name
