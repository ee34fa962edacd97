-- severity: warning
-- title: The server lacks a known fix to row security
-- why: CVE-2026-14666: a cached plan survived a change of role memberships, and with it the policies of another role. Older ones: CVE-2025-8713, CVE-2024-10976, CVE-2023-2455.
-- remedy: Install the newest minor release of PostgreSQL.
select 'server', format('The server has version %s.%s; row security was last mended in %s.%s.', server / 10000, server % 10000, fixed.major, fixed.minor), null
from given
join (values (15, 19), (16, 15), (17, 11), (18, 6)) as fixed (major, minor) on fixed.major = server / 10000
where server % 10000 < fixed.minor
