-- severity: warning
-- title: A function claims to be leakproof
-- why: It then runs on the rows of other tenants, ahead of the policy; what it shows of its arguments leaks.
-- remedy: alter function … not leakproof;
select f.name, format('The function %s claims to be leakproof, so that it runs ahead of policies.', f.name),
       format('alter function %s not leakproof;', f.name)
from functions f where f.proleakproof and f.extname is null and not f.ours and f.prokind = 'f'
