-- severity: error
-- proof: tenancy-identity
-- title: A database says that it belongs to another tenant than its name
-- why: In a tenant's own database enter() compares with this identity; there is no row security behind it.
-- remedy: Correct the placement in the catalog, or create the tenant's database again.
select current_database()::text,
       case when identity is null then 'The database is named after a tenant, and belongs to none.'
            else format('The database belongs to the tenant %s.', identity) end,
       null
from given
where identity is distinct from case when current_database() ~ '^t_[0-9a-f]{32}$' then substr(current_database()::text, 3)::uuid end
