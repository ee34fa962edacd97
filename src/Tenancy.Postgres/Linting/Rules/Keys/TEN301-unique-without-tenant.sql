-- severity: error
-- title: A unique key tells one tenant what another has
-- why: A violation, or ON CONFLICT DO NOTHING, says that the value exists, whoever has it. A tenant's numbers also block another's.
-- remedy: Put tenant_id first in the key.
select i.name || '.' || c.relname,
       format('The %s %I of %s compares rows of different tenants.', case when x.indisexclusion then 'exclusion constraint' else 'unique index' end, c.relname, i.name),
       case when x.indisexclusion then format('Add "tenant_id with =" to the constraint %I (extension btree_gist).', c.relname)
            when k.oid is not null
            then format('alter table %s drop constraint %I, add constraint %I %s;', i.name, k.conname, k.conname,
                        regexp_replace(pg_get_constraintdef(k.oid), '\(', '(tenant_id, '))
            else format('drop index %s; %s;', c.oid::regclass,
                        regexp_replace(replace(pg_get_indexdef(c.oid), ' ON ONLY ', ' ON '), ' USING btree \(', ' USING btree (tenant_id, ')) end
from isolated i
join pg_index x on x.indrelid = i.oid and (x.indisunique or x.indisexclusion)
join pg_class c on c.oid = x.indexrelid
left join pg_constraint k on k.conindid = c.oid and k.conrelid = i.oid and k.contype in ('p', 'u')
where i.sole is null and i.tenant_column <> all ((x.indkey::int2[])[0:x.indnkeyatts - 1])
