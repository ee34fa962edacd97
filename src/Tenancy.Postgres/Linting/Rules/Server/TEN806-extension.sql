-- severity: warning
-- title: An extension is installed that reaches past a tenant's scope
-- why: It opens other connections, reads files or pages, or runs its caller's text; one grant is then enough.
-- remedy: drop extension …;
select e.extname::text, format('The extension %I is installed: %s.', e.extname, danger.does), format('drop extension %I;', e.extname)
from pg_extension e
join (values
    ('dblink', 'it opens connections of its own, as anybody'), ('postgres_fdw', 'it opens connections of its own'),
    ('file_fdw', 'it reads files of the server'), ('adminpack', 'it writes files of the server'),
    ('xml2', 'xpath_table runs text of its caller''s'), ('pg_cron', 'it runs text of its caller''s, later'),
    ('pageinspect', 'it shows pages with the rows of all tenants'), ('pg_surgery', 'it changes pages past every check'),
    ('pg_walinspect', 'it shows what every tenant writes'), ('pg_visibility', 'it shows where rows of others are'),
    ('pgrowlocks', 'it shows which rows others have locked'), ('pg_buffercache', 'it shows what others read'),
    ('plpython3u', 'its functions do what the server''s user may'), ('plperlu', 'its functions do what the server''s user may'),
    ('pltclu', 'its functions do what the server''s user may')) as danger (name, does) on danger.name = e.extname
