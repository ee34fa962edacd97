-- severity: error
-- proof: role-member
-- title: The login is a member of another role
-- why: It can act with that role's rights: those of an owner, of pg_read_all_data, of another tenant's login.
-- remedy: revoke other from app;
select r.rolname::text,
       format('The role %s is a member of %I and can act with its rights.', app.login, r.rolname),
       format('revoke %I from %s;', r.rolname, app.login)
from app join pg_auth_members m on m.member = app.oid join pg_roles r on r.oid = m.roleid
