-- severity: warning
-- title: A function calls set_config, which its callers may not
-- why: It fails with 42501 once set_config is revoked; with the rights of its owner it would break the latch.
-- remedy: Rewrite it without set_config: pass the value as an argument.
select f.name, format('%s calls set_config, and the role %s may not.', f.name, app.login), null
from app cross join functions f
where (f.callable or f.triggered) and not f.prosecdef and not f.ours and f.extname is null
  and (case when f.bound and f.prokind in ('f', 'p') then pg_get_functiondef(f.oid) else f.prosrc end) ~* '\mset_config\M'
