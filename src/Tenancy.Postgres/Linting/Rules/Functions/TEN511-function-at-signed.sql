-- severity: warning
-- title: At level Signed the login may call what others have revoked
-- why: The scope withstands it. The login can still end or read others' sessions, and share large objects; each lease is attested.
-- remedy: revoke execute on function … from public, app; where the server lets you.
select f.oid::regprocedure::text,
       format('The role %s may execute %s: %s.', app.login, f.oid::regprocedure, guarded.reason),
       format('revoke execute on function %s from public, %s;', f.oid::regprocedure, app.login)
from app cross join given cross join pg_proc f
join {guarded_functions} on f.proname ~ guarded.pattern and guarded.severity = 'fatal'
where (f.pronamespace = 'pg_catalog'::regnamespace
       or exists (select from members m where m.classid = 'pg_proc'::regclass and m.objid = f.oid))
  and given.level = 'signed'
  and has_function_privilege(app.oid, f.oid, 'EXECUTE')
