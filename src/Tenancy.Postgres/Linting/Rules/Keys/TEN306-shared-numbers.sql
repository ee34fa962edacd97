-- severity: info
-- title: Keys are drawn from one sequence for all tenants
-- why: The gaps in a tenant's numbers tell how much the others write.
-- remedy: Use UUIDs of version 7 as keys, or accept it.
select i.name || '.' || a.attname,
       format('The numbers in %s of %s count the rows of all tenants.', quote_ident(a.attname), i.name),
       null
from isolated i join pg_attribute a on a.attrelid = i.oid
where i.sole is null and a.attidentity <> '' and not a.attisdropped
