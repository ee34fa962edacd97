-- severity: error
-- title: A function that reads the tenant in scope is IMMUTABLE
-- why: Its result is kept in a prepared plan, or in an index, and the next tenant gets it.
-- remedy: alter function … stable;
select f.name, format('The function %s reads the tenant in scope and is IMMUTABLE.', f.name),
       format('alter function %s stable;', f.name)
from functions f
where f.provolatile = 'i' and f.prokind = 'f'
  and ((case when f.bound then pg_get_functiondef(f.oid) else f.prosrc end) ~* '\mcurrent_tenant\M|tenancy\.tenant\M'
       or f.oid = to_regprocedure('tenancy.current_tenant()'))
