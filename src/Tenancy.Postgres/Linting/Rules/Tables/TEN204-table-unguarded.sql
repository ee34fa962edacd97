-- severity: error
-- proof: table-unguarded
-- title: The login can reach a table that no policy guards
-- why: Every tenant reads, or writes, every row of it. CREATE TABLE … (LIKE …) and CREATE TABLE AS copy no policy.
-- remedy: select tenancy.isolate('…'); or, for what all tenants may read, select tenancy.shared('…');
select name, format('The role %s can %s %s, which no policy guards.', app.login, case when writable then 'write' else 'read' end, name),
       format(case when shared then 'select tenancy.shared(%L);' else 'select tenancy.isolate(%L);' end, name)
from app cross join relations
where relkind in ('r', 'p') and not child and identity is null and reachable and not policed and not only_found and not (shared and not writable)
