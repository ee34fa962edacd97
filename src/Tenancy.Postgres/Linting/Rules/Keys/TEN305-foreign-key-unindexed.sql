-- severity: warning
-- title: A foreign key has no index
-- why: Every delete or update of a referenced row reads the whole table, with the rows of all tenants.
-- remedy: create index on … (tenant_id, …);
select i.name || '.' || k.conname,
       format('No index of %s begins with the columns of its foreign key %I.', i.name, k.conname),
       format('create index on %s (%s);', i.name,
              (select string_agg(quote_ident(a.attname), ', ' order by key.attnum <> i.tenant_column, key.n)
               from unnest(k.conkey) with ordinality as key (attnum, n)
               join pg_attribute a on a.attrelid = k.conrelid and a.attnum = key.attnum))
from isolated i
join pg_constraint k on k.conrelid = i.oid and k.contype = 'f'
where not exists (
    select from pg_index x
    where x.indrelid = i.oid and x.indpred is null and x.indisvalid
      and (x.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
