-- severity: error
-- proof: table-unguarded
-- title: A view reads with the rights of its owner
-- why: Row security then asks what the owner may see, which can be everything.
-- remedy: alter view … set (security_invoker = true);
select name, format('The role %s can reach the view %s, which reads with the rights of its owner.', app.login, name),
       format('alter view %s set (security_invoker = true);', name)
from app cross join relations
where relkind = 'v' and identity is null and reachable
  and not exists (select from pg_options_to_table(reloptions) o where o.option_name = 'security_invoker' and o.option_value::boolean)
