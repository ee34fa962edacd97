-- severity: warning
-- proof: function-state
-- title: The login may call a function whose effect outlives the lease
-- why: The next tenant on the connection would find it, so every session is reset between leases, which costs speed.
-- remedy: revoke execute on function … from public, app;
select f.oid::regprocedure::text,
       format('The role %s may execute %s: %s.', app.login, f.oid::regprocedure, guarded.reason),
       format('revoke execute on function %s from public, %s;', f.oid::regprocedure, app.login)
from app cross join pg_proc f
join {guarded_functions} on f.proname ~ guarded.pattern and guarded.severity = 'state'
where (f.pronamespace = 'pg_catalog'::regnamespace
       or exists (select from members m where m.classid = 'pg_proc'::regclass and m.objid = f.oid))
  and has_function_privilege(app.oid, f.oid, 'EXECUTE')
