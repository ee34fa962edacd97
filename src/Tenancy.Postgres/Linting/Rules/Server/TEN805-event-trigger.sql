-- severity: warning
-- title: An event trigger runs in every migration
-- why: It runs with the rights of whoever changes a table: of the migrator, which bypasses row security.
-- remedy: alter event trigger … disable;
select t.evtname::text, format('The event trigger %I calls %s in every migration.', t.evtname, t.evtfoid::regprocedure),
       format('alter event trigger %I disable;', t.evtname)
from pg_event_trigger t
where t.evtenabled <> 'D' and not exists (select from members m where m.classid = 'pg_event_trigger'::regclass and m.objid = t.oid)
