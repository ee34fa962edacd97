-- severity: warning
-- title: A tenant's schema is guarded by the search_path alone
-- why: Text injected into a statement of any tenant's reads it by its qualified name. It was asked for when the tenant was created.
-- remedy: Create the tenant with the guard RowSecurity or Role, and copy its rows.
select name, format('Nothing but the search_path keeps other tenants out of the schema %s.', name), null::text
from schemas cross join given
where nspname = any (given.only_found)
