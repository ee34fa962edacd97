-- severity: warning
-- title: The database holds large objects
-- why: They have no row security, and belong to no tenant: one who may read them reads all.
-- remedy: Keep bytes in a bytea column of an isolated table, then select lo_unlink(oid) from pg_largeobject_metadata;
select current_database()::text,
       format('The database holds %s large objects, which have no row security.', count(*)),
       'select lo_unlink(oid) from pg_largeobject_metadata;'
from pg_largeobject_metadata having count(*) > 0
