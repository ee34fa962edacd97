-- severity: warning
-- title: A function with its owner's rights does not pin search_path
-- why: It finds tables and operators where its caller says.
-- remedy: alter function … set search_path = …, pg_temp;
select f.name, format('The function %s runs as its owner and does not set search_path.', f.name),
       format('alter %s %s set search_path = %I, extensions, pg_temp;', case f.prokind when 'p' then 'procedure' else 'function' end, f.name, n.nspname)
from functions f join pg_namespace n on n.oid = f.pronamespace
where f.prosecdef and not f.bound and f.lanname not in ('c', 'internal') and not f.ours and f.extname is null
  and not exists (select from unnest(f.proconfig) c where c ~ '^search_path=')
