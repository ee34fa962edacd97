-- severity: error
-- title: A policy calls a function that is not STABLE
-- why: The result of an IMMUTABLE one is kept in a prepared plan, and the next tenant gets it; a VOLATILE one runs for each row.
-- remedy: alter function … stable;
select r.name || '.' || p.polname,
       format('The policy %I of %s calls %s, which is %s.', p.polname, r.name, f.oid::regprocedure,
              case f.provolatile when 'i' then 'IMMUTABLE' else 'VOLATILE' end),
       format('alter function %s stable;', f.oid::regprocedure)
from relations r
join pg_policy p on p.polrelid = r.oid
join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid and d.refclassid = 'pg_proc'::regclass
join pg_proc f on f.oid = d.refobjid
where f.provolatile <> 's' and f.pronamespace <> 'pg_catalog'::regnamespace
