-- severity: warning
-- title: The login may read or set a sequence
-- why: last_value counts the rows of all tenants, and setval breaks their inserts. nextval needs USAGE only, an identity nothing.
-- remedy: revoke select, update on sequence … from public, app;
select c.oid::regclass::text, format('The role %s may read or set the sequence %s.', app.login, c.oid::regclass),
       format('revoke select, update on sequence %s from public, %s;', c.oid::regclass, app.login)
from app cross join pg_class c join schemas s on s.oid = c.relnamespace
where c.relkind = 'S' and has_sequence_privilege(app.oid, c.oid, 'SELECT, UPDATE')
