-- severity: info
-- title: The login may call functions of PostgreSQL that run text, read-only
-- why: They can change no setting, so that the latch holds; whoever injects text finds them handy.
-- remedy: revoke execute on function … from public;
select 'pg_catalog',
       format('The role %s may call %s functions that run text, such as %s.', app.login, count(*), min(f.oid::regprocedure::text)),
       format('revoke execute on function %s from public, %s;', string_agg(f.oid::regprocedure::text, ', ' order by f.proname), app.login)
from app cross join pg_proc f
where f.pronamespace = 'pg_catalog'::regnamespace and has_function_privilege(app.oid, f.oid, 'EXECUTE')
  and (f.proname ~ '^(query|cursor|table|schema|database)_to_xml' or f.proname = 'ts_stat'
       or f.proname = 'ts_rewrite' and f.proargtypes = '3615 25'::oidvector)
group by app.login
