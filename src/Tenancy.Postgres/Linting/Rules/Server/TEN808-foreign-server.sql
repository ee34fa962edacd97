-- severity: error
-- title: The login may use a foreign server
-- why: It could reach another database as somebody else, whom no scope binds.
-- remedy: revoke usage on foreign server … from public, app;
select v.srvname::text, format('The role %s may use the foreign server %I.', app.login, v.srvname),
       format('revoke usage on foreign server %I from public, %s;', v.srvname, app.login)
from app cross join pg_foreign_server v where has_server_privilege(app.oid, v.oid, 'USAGE')
