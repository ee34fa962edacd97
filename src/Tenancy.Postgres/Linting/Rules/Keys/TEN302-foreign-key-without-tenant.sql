-- severity: error
-- title: A foreign key does not pair tenant with tenant
-- why: Foreign keys are checked past row security: a row may refer to another tenant's, learn that it exists, and be deleted with it.
-- remedy: alter table … drop constraint …, add foreign key (tenant_id, …) references … (tenant_id, …);
select r.name || '.' || k.conname,
       format('The foreign key %I of %s refers to rows of any tenant in %s.', k.conname, r.name, p.name),
       case when r.tenant_column is not null and k.confupdtype not in ('n', 'd') and k.confmatchtype = 's' then
           format('alter table %s drop constraint %I, add constraint %I foreign key (tenant_id, %s) references %s (tenant_id, %s)%s%s%s;',
                  r.name, k.conname, k.conname, columns.child, p.name, columns.parent,
                  case k.confdeltype when 'c' then ' on delete cascade' when 'r' then ' on delete restrict'
                      when 'n' then format(' on delete set null (%s)', columns.cleared)
                      when 'd' then format(' on delete set default (%s)', columns.cleared) else '' end,
                  case k.confupdtype when 'c' then ' on update cascade' when 'r' then ' on update restrict' else '' end,
                  case when k.condeferred then ' deferrable initially deferred' when k.condeferrable then ' deferrable' else '' end)
       end
from pg_constraint k
join relations r on r.oid = k.conrelid
join isolated p on p.oid = k.confrelid
cross join lateral (
    select string_agg(quote_ident(ca.attname), ', ' order by pair.n) as child,
           string_agg(quote_ident(pa.attname), ', ' order by pair.n) as parent,
           (select string_agg(quote_ident(a.attname), ', ' order by set.n)
            from unnest(coalesce(k.confdelsetcols, k.conkey)) with ordinality set (attnum, n)
            join pg_attribute a on a.attrelid = k.conrelid and a.attnum = set.attnum) as cleared,
           bool_or(pair.child = r.tenant_column and pair.parent = p.tenant_column) as paired
    from unnest(k.conkey, k.confkey) with ordinality as pair (child, parent, n)
    join pg_attribute ca on ca.attrelid = k.conrelid and ca.attnum = pair.child
    join pg_attribute pa on pa.attrelid = k.confrelid and pa.attnum = pair.parent) as columns
where k.contype = 'f' and k.conparentid = 0 and p.sole is null and columns.paired is not true
