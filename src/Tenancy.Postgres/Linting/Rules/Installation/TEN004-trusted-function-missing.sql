-- severity: warning
-- title: A trusted function does not exist any more
-- why: What gets its number next would be trusted, unread.
-- remedy: delete from tenancy.trusted_functions where function = …;
select t.oid::text,
       format('tenancy.trusted_functions names the function %s, which was dropped.', t.oid),
       format('delete from tenancy.trusted_functions where function = ''%s''::regprocedure;', t.oid)
from given cross join unnest(given.trusted) as t (oid)
where not exists (select from pg_proc p where p.oid = t.oid)
