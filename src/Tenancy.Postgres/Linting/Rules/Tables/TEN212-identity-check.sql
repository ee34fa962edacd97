-- severity: error
-- title: A tenant's own table accepts rows of other tenants
-- why: The check tenancy_identity refuses what a mistaken placement or a restore brings; in a tenant's own database it is the only guard of the rows.
-- remedy: alter table … drop constraint if exists tenancy_identity; select tenancy.isolate('…');
select r.name, format('The table %s has no valid check tenancy_identity for the tenant %s.', r.name, r.sole),
       format('alter table %s drop constraint if exists tenancy_identity; select tenancy.isolate(%L);', r.name, r.name)
from relations r
where r.relkind in ('r', 'p') and not r.child and r.sole is not null and (r.policed or r.identified or r.identity is not null and r.tenant_column is not null)
  and not exists (select from pg_constraint k
                  where k.conrelid = r.oid and k.conname = 'tenancy_identity' and k.convalidated
                    and pg_get_constraintdef(k.oid) = format('CHECK ((tenant_id = %L::uuid))', r.sole))
