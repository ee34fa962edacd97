-- severity: error
-- proof: session-setting
-- title: The server's configuration breaks the scope
-- why: Every session would begin with a tenant, or end string literals at a backslash.
-- remedy: alter database … set …;
select fault.name, fault.problem, fault.remedy
from app cross join lateral (values
    ('standard_conforming_strings', 'standard_conforming_strings is off, so that a backslash could end a string literal early.',
     format('alter database %s set standard_conforming_strings = on;', app.database), current_setting('standard_conforming_strings') <> 'on'),
    ('tenancy.tenant', 'A new session has a tenant in scope before it entered any: postgresql.conf sets tenancy.tenant.',
     null, current_setting('tenancy.tenant', true) <> ''
         and not exists (select from pg_db_role_setting s cross join unnest(s.setconfig) c where c ~ '^tenancy\.tenant=')))
    as fault (name, problem, remedy, present)
where fault.present
