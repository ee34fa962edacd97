-- severity: error
-- proof: database-privilege
-- title: The login may create temporary objects, or schemas
-- why: A temporary table shadows the real one for the next tenant on the connection.
-- remedy: revoke temporary, create on database … from public, app;
select p, case p when 'TEMPORARY' then format('The role %s may create temporary objects in database %s.', app.login, app.database)
                 else format('The role %s may create schemas in database %s.', app.login, app.database) end,
       format('revoke %s on database %s from public, %s;', lower(p), app.database, app.login)
from app cross join unnest(array['TEMPORARY', 'CREATE']) as p
where has_database_privilege(app.oid, current_database(), p)
