-- severity: error
-- proof: function-fatal
-- title: The login may call a function that reaches past its scope
-- why: PUBLIC may by default: set the tenant, end or read others' sessions, read large objects.
-- remedy: revoke execute on function … from public, app;
select f.oid::regprocedure::text,
       format('The role %s may execute %s: %s.', app.login, f.oid::regprocedure, guarded.reason),
       format('revoke execute on function %s from public, %s;', f.oid::regprocedure, app.login)
from app cross join given cross join pg_proc f
join {guarded_functions} on f.proname ~ guarded.pattern and guarded.severity = 'fatal'
where (f.pronamespace = 'pg_catalog'::regnamespace
       or exists (select from members m where m.classid = 'pg_proc'::regclass and m.objid = f.oid))
  and given.level is distinct from 'signed'
  and has_function_privilege(app.oid, f.oid, 'EXECUTE')
