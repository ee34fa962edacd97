-- severity: warning
-- title: A policy reads the tenant once for each row
-- why: Outside of a sub-select it is no InitPlan: 4 to 39 times slower in a sequential scan.
-- remedy: alter policy … using (tenant_id = (select tenancy.current_tenant()));
select r.name || '.' || p.polname,
       format('The policy %I of %s calls tenancy.current_tenant() for each row.', p.polname, r.name),
       format('alter policy %I on %s%s%s;', p.polname, r.name,
              ' using (' || replace(pg_get_expr(p.polqual, p.polrelid), 'tenancy.current_tenant()', '(select tenancy.current_tenant())') || ')',
              ' with check (' || replace(pg_get_expr(p.polwithcheck, p.polrelid), 'tenancy.current_tenant()', '(select tenancy.current_tenant())') || ')')
from relations r
join pg_policy p on p.polrelid = r.oid
where concat(pg_get_expr(p.polqual, p.polrelid), ' ', pg_get_expr(p.polwithcheck, p.polrelid)) ~ '(?<!SELECT )tenancy\.current_tenant\(\)'
  and p.polname <> 'tenancy_isolation'
