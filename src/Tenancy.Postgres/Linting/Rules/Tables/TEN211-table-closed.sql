-- severity: warning
-- title: Row security lets nobody in
-- why: A restrictive policy alone permits no row: the table looks empty, and a report on it is silently wrong.
-- remedy: select tenancy.isolate('…');
select r.name, format('The role %s has rights on %s, and no policy lets it in.', app.login, r.name),
       case when r.policed then format('select tenancy.isolate(%L);', r.name) end
from app cross join relations r
where r.relkind in ('r', 'p') and r.relrowsecurity and r.reachable
  and not exists (select from pg_policy p where p.polrelid = r.oid and p.polpermissive and p.polroles && array[0::oid, app.oid])
