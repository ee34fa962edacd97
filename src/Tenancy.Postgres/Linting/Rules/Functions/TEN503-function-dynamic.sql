-- severity: error
-- proof: function-dynamic
-- title: The login can run a function that runs text of its caller's, or sets what he names
-- why: With one of them a statement can run any other: the latch holds no more.
-- remedy: revoke execute on function … from public, app; or, if no tenant chooses that text, insert into tenancy.trusted_functions values ('…', 'why');
select f.name, format('The role %s may run %s, which %s.', app.login, f.name, danger.does),
       case when f.triggered then format('drop function %s cascade;', f.name)
            else format('revoke execute on function %s from public, %s;', f.name, app.login) end
from app cross join functions f
cross join lateral (
    select case when f.extname in ('xml2', 'dblink', 'postgres_fdw', 'file_fdw', 'adminpack', 'pg_cron') then 'can run text of its caller''s as SQL'
                when f.lanname = 'plpgsql' and f.prosrc ~* '\mexecute\M' then 'can run text of its caller''s as SQL'
                when f.lanname not in ('sql', 'plpgsql', 'c', 'internal') then 'is written in a language that can keep state and run SQL'
                when f.prosecdef and f.prokind in ('f', 'p') and pg_get_functiondef(f.oid) ~* '\mset_config\M'
                then 'calls set_config with the rights of its owner' end as does) as danger
where danger.does is not null and not f.trusted and (f.callable or f.triggered)
  and not f.entry
