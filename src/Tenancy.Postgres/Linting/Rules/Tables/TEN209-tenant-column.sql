-- severity: error
-- title: tenant_id may be null, or is missing
-- why: A row of nobody is seen by nobody, passes no unique key, and belongs to whoever a backfill says.
-- remedy: alter table … alter column tenant_id set not null;
select name, format(case when tenant_column is null then 'The table %s has no tenant_id.' else 'tenant_id of %s may be null.' end, name),
       case when tenant_column is null then format('select tenancy.isolate(%L);', name)
            else format('alter table %s alter column tenant_id set not null;', name) end
from isolated where not tenant_required
