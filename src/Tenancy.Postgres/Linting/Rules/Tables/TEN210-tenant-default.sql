-- severity: warning
-- title: tenant_id has no default, or another one than the tenant in scope
-- why: An INSERT that names no tenant fails, or asks the application to name one.
-- remedy: alter table … alter column tenant_id set default tenancy.current_tenant();
select i.name, format('tenant_id of %s does not default to the tenant in scope.', i.name),
       format('alter table %s alter column tenant_id set default tenancy.current_tenant();', i.name)
from isolated i
left join pg_attrdef d on d.adrelid = i.oid and d.adnum = i.tenant_column
where i.tenant_column is not null and coalesce(pg_get_expr(d.adbin, d.adrelid), '') <> 'tenancy.current_tenant()'
