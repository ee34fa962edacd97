-- severity: error
-- title: Logins that have no part in a database may connect to it
-- why: Another tenant's login, or anybody's, would get at what PUBLIC may do here.
-- remedy: revoke connect on database … from public;
select coalesce(r.rolname::text, 'public'),
       format('%s may connect to database %s.', coalesce('The login ' || quote_ident(r.rolname) || ' of a tenant', 'PUBLIC'), app.database),
       format('revoke connect on database %s from %s;', app.database, coalesce(quote_ident(r.rolname), 'public'))
from app
join pg_database d on d.datname = current_database()
cross join lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) acl
left join pg_roles r on r.oid = acl.grantee
where acl.privilege_type = 'CONNECT'
  and (acl.grantee = 0 or r.rolname ~ '^t_[0-9a-f]{32}$' and r.rolname <> app.rolname)
