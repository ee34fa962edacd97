-- severity: warning
-- title: A view of statistics shows the values of other owners' tables
-- why: CVE-2024-4317: an update of the server's programs leaves the views that initdb made; each database has to be mended by a script.
-- remedy: Run fix-CVE-2024-4317.sql of the server's share directory as a superuser, in every database, templates included.
select 'pg_catalog.' || v.name, format('The view %s does not ask whose the table is.', v.name), null
from unnest(array['pg_stats_ext', 'pg_stats_ext_exprs']) as v (name)
where pg_get_viewdef(to_regclass('pg_catalog.' || v.name)) !~ 'pg_has_role'
