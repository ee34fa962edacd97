-- severity: error
-- proof: table-privilege
-- title: The login has a right that goes past row security
-- why: TRUNCATE removes the rows of all tenants; REFERENCES and TRIGGER let it ask, and act, about them.
-- remedy: revoke truncate, references, trigger on table … from public, app;
select r.name, format('The role %s has %s on %s, which goes past row security.', app.login, string_agg(p, ', '), r.name),
       format('revoke %s on table %s from public, %s;', string_agg(p, ', '), r.name, app.login)
from app cross join relations r
cross join unnest(array['TRUNCATE', 'REFERENCES', 'TRIGGER']) as p
where r.relkind in ('r', 'p')
  and (has_table_privilege(app.oid, r.oid, p) or p = 'REFERENCES' and has_any_column_privilege(app.oid, r.oid, p))
group by r.name, app.login
