-- severity: error
-- proof: server-version
-- title: The server is older than PostgreSQL 15
-- why: Views with security_invoker came with 15, and parts of the hardening.
-- remedy: Use PostgreSQL 15 or newer.
select 'server', format('The server has version %s.%s.', server / 10000, server % 10000), null
from given where server < 150000
