-- severity: error
-- proof: tenancy-privilege
-- title: The login has rights on a table of the tenancy schema
-- why: It could read what it must not know, or declare a function trusted.
-- remedy: revoke … on table tenancy.… from public, app;
select c.oid::regclass::text,
       format('The role %s has %s on %s.', app.login, string_agg(p, ', '), c.oid::regclass),
       format('revoke %s on table %s from public, %s;', string_agg(p, ', '), c.oid::regclass, app.login)
from app
cross join pg_class c
cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) as p
where c.relnamespace = to_regnamespace('tenancy') and c.relkind in ('r', 'p', 'v', 'm', 'f')
  and not (c.relname in ('scope', 'trusted_functions', 'schema_guards') and p = 'SELECT')
  and (has_table_privilege(app.oid, c.oid, p)
       or p in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') and has_any_column_privilege(app.oid, c.oid, p))
group by c.oid, app.login
