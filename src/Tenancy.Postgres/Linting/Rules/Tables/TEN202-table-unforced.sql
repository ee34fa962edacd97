-- severity: error
-- proof: table-unforced
-- title: A table does not force row security
-- why: Row security then does not bind its owner, nor views and functions that run with the owner's rights.
-- remedy: alter table … force row level security;
select name, format('The table %s does not force row security, so that it does not bind its owner.', name),
       format('alter table %s force row level security;', name)
from relations where policed and relrowsecurity and not relforcerowsecurity
