-- severity: error
-- proof: table-unguarded
-- title: The login can read a materialized view
-- why: A materialized view has no row security: it holds what its owner saw when it was refreshed.
-- remedy: revoke all on … from public, app;
select name, format('The role %s can read the materialized view %s, which has no row security.', app.login, name),
       format('revoke all on %s from public, %s;', name, app.login)
from app cross join relations where relkind = 'm' and identity is null and reachable
