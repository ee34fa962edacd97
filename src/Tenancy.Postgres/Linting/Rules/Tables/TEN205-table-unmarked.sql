-- severity: warning
-- title: A table is marked neither as isolated nor as shared
-- why: Nothing says whose rows it holds. A grant, or a copy of it into a tenant's database, would show all of them.
-- remedy: select tenancy.isolate('…'); or, for what all tenants may read, select tenancy.shared('…');
select name, format('The table %s is marked neither by isolate() nor by shared().', name),
       format('select tenancy.isolate(%L);', name)
from relations
where relkind in ('r', 'p') and not child and not policed and not identified and not shared
  and case when identity is null then not reachable else tenant_column is null end
