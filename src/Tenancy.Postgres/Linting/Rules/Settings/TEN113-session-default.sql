-- severity: warning
-- title: New sessions begin with a setting that changes how statements are read
-- why: A login may set its own defaults, for all sessions to come; the router decides these.
-- remedy: alter role app reset …;
select split_part(c, '=', 1),
       format('%s sets %s for every new session.', case when s.setrole = 0 then 'The database' else 'The role ' || app.login end, split_part(c, '=', 1)),
       format('alter %s reset %s;', case when s.setrole = 0 then 'database ' || app.database else 'role ' || app.login
           || case when s.setdatabase = 0 then '' else ' in database ' || app.database end end, split_part(c, '=', 1))
from app
join pg_db_role_setting s on s.setrole in (0, app.oid)
    and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
cross join unnest(s.setconfig) as c
where c ~ '^(search_path|session_replication_role|session_preload_libraries|local_preload_libraries|default_transaction_[a-z_]+|backslash_quote|transform_null_equals|lo_compat_privileges|check_function_bodies|debug_[a-z_]+)='
