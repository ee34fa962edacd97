-- severity: error
-- proof: table-unsecured
-- title: A table's row security is disabled
-- why: Its policies are not applied: every tenant reads every row.
-- remedy: alter table … enable row level security;
select name, format('The table %s has its row security disabled, so that its policies bind nobody.', name),
       format('alter table %s enable row level security;', name)
from relations
where not relrowsecurity and exists (select from pg_policy p where p.polrelid = relations.oid)
