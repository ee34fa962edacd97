-- severity: warning
-- title: An extension is not in the schema extensions
-- why: In a tenant's schema, or the application's, one tenant's copy serves the others, and goes when that tenant is deleted.
-- remedy: alter extension … set schema extensions;
select e.extname::text, format('The extension %I is in the schema %s.', e.extname, s.name),
       case when e.extrelocatable then format('alter extension %I set schema extensions;', e.extname)
            else format('drop extension %I; create extension %I schema extensions;', e.extname, e.extname) end
from pg_extension e join schemas s on s.oid = e.extnamespace
where s.nspname <> 'extensions'
