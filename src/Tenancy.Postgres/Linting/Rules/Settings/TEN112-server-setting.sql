-- severity: error
-- proof: session-setting
-- title: The server's configuration breaks the scope
-- why: Every session would begin with a tenant, or end string literals at a backslash.
-- remedy: alter database … set …;
select fault.name, fault.problem, fault.remedy
from app cross join lateral (values
    -- As sessions begin: the linter itself sets it, or backslashes in rules would mean something else.
    ('standard_conforming_strings', 'standard_conforming_strings is off, so that a backslash could end a string literal early.',
     format('alter database %s set standard_conforming_strings = on;', app.database),
     exists (select from pg_settings where name = 'standard_conforming_strings' and reset_val <> 'on')),
    ('tenancy.tenant', 'A new session has a tenant in scope before it entered any.', 'Find what sets tenancy.tenant, such as postgresql.conf, and remove it.',
     current_setting('tenancy.tenant', true) <> ''))
    as fault (name, problem, remedy, present)
where fault.present
