-- severity: warning
-- title: The login may pass its rights on
-- why: A statement in its name could open a table to another login, for good.
-- remedy: revoke grant option for all on table … from app;
select r.name, format('The role %s may grant its rights on %s to others.', app.login, r.name),
       format('revoke grant option for all on table %s from %s cascade;', r.name, app.login)
from app cross join relations r
where exists (select from aclexplode(r.relacl) acl where acl.grantee = app.oid and acl.is_grantable)
