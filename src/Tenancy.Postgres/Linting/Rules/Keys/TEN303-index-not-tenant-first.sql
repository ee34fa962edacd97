-- severity: warning
-- title: An index does not begin with the tenant
-- why: A small tenant then reads past the entries of all others: 500 times as many pages were measured.
-- remedy: drop index …; create index … on … (tenant_id, …);
select i.name || '.' || c.relname,
       format('The index %I of %s does not begin with tenant_id.', c.relname, i.name),
       case when k.oid is null then format('drop index %s; %s;', c.oid::regclass,
           regexp_replace(regexp_replace(replace(pg_get_indexdef(c.oid), ' ON ONLY ', ' ON '), ', tenant_id( DESC| ASC)?( NULLS (FIRST|LAST))?(?=[,)])', ''), ' USING btree \(', ' USING btree (tenant_id, ')) end
from isolated i
join pg_index x on x.indrelid = i.oid and not x.indisexclusion
join pg_class c on c.oid = x.indexrelid
join pg_am am on am.oid = c.relam and am.amname = 'btree'
left join pg_constraint k on k.conindid = c.oid and k.conrelid = i.oid
where i.sole is null and x.indkey[0] <> i.tenant_column
  and (not x.indisunique or i.tenant_column = any ((x.indkey::int2[])[0:x.indnkeyatts - 1]))
