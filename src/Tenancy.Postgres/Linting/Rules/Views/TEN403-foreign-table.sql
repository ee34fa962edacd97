-- severity: error
-- proof: table-unguarded
-- title: The login can reach a foreign table
-- why: A foreign table has no row security here: it shows whatever its server sends.
-- remedy: revoke all on … from public, app;
select name, format('The role %s can reach the foreign table %s, which has no row security.', app.login, name),
       format('revoke all on %s from public, %s;', name, app.login)
from app cross join relations where relkind = 'f' and not child and identity is null and reachable
