-- severity: info
-- title: The login may connect to a database that is not tenants'
-- why: There PUBLIC may create temporary objects and call everything that is revoked here. No tenant's row is there.
-- remedy: revoke connect, temporary on database postgres, template1 from public;
select d.datname::text,
       format('The role %s may connect to database %I.', app.login, d.datname),
       format('revoke connect, temporary on database %I from public, %s;', d.datname, app.login)
from app cross join pg_database d
where d.datname in ('postgres', 'template1') and d.datallowconn and has_database_privilege(app.oid, d.oid, 'CONNECT')
