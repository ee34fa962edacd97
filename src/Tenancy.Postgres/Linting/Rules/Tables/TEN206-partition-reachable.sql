-- severity: error
-- proof: table-unguarded
-- title: The login can reach a partition directly
-- why: The parent's policy does not apply to a statement that names the partition.
-- remedy: revoke all on … from public, app;
select name, format('The role %s can reach %s directly, past the policy of its parent.', app.login, name),
       format('revoke all on %s from public, %s;', name, app.login)
from app cross join relations
where relkind in ('r', 'p', 'f') and child and identity is null and reachable and not policed
