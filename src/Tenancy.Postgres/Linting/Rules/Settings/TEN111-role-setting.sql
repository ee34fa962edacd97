-- severity: error
-- proof: role-setting
-- title: New sessions begin with a setting that breaks the scope
-- why: Who sets the tenant, the role or row_security for a login decides what its statements see.
-- remedy: alter role app reset …;
select split_part(c, '=', 1),
       format('%s sets %s for every new session.', case when s.setrole = 0 then 'The database' else 'The role ' || app.login end, split_part(c, '=', 1)),
       format('alter %s reset %s;', case when s.setrole = 0 then 'database ' || app.database else 'role ' || app.login
           || case when s.setdatabase = 0 then '' else ' in database ' || app.database end end, split_part(c, '=', 1))
from app
join pg_db_role_setting s on s.setrole in (0, app.oid)
    and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
cross join unnest(s.setconfig) as c
where c ~ '^(tenancy\.|role=|session_authorization=|row_security=(?!on$)|standard_conforming_strings=(?!on$))'
