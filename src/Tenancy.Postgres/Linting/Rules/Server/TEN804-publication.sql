-- severity: warning
-- title: A publication carries tenants' tables
-- why: Logical replication reads past row security: a subscriber receives every tenant.
-- remedy: alter publication … drop table …;
select p.pubname::text,
       format('The publication %I carries %s.', p.pubname, string_agg(format('%I.%I', t.schemaname, t.tablename), ', ' order by t.schemaname, t.tablename)),
       case when p.puballtables or exists (select from pg_publication_namespace n where n.pnpubid = p.oid) then format('drop publication %I;', p.pubname)
            else format('alter publication %I drop table %s;', p.pubname, string_agg(format('%I.%I', t.schemaname, t.tablename), ', ' order by t.schemaname, t.tablename)) end
from pg_publication p
join pg_publication_tables t on t.pubname = p.pubname
join relations r on r.nspname = t.schemaname and r.relname = t.tablename
where r.policed or r.identified or r.tenant_column is not null
group by p.oid, p.pubname, p.puballtables
