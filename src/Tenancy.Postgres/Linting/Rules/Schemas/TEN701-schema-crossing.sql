-- severity: error
-- title: An object of one tenant's schema is bound to another tenant's
-- why: Views, defaults and foreign keys keep the object that they were made with, whatever search_path says: a copy made with the wrong path reads the original.
-- remedy: Drop it, and run its migration again with the tenant's own schema first in search_path.
select distinct mine.nspname || '.' || split_part(pg_describe_object(d.classid, d.objid, d.objsubid), ' on ', 1),
       format('%s (schema %s) is bound to %s of another tenant.',
              pg_describe_object(d.classid, d.objid, d.objsubid), mine.name, pg_describe_object(d.refclassid, d.refobjid, 0)),
       null
from pg_depend d
cross join lateral (
    select coalesce(
        case d.classid
            when 'pg_class'::regclass then (select relnamespace from pg_class where oid = d.objid)
            when 'pg_proc'::regclass then (select pronamespace from pg_proc where oid = d.objid)
            when 'pg_type'::regclass then (select typnamespace from pg_type where oid = d.objid) end,
        (select relnamespace from pg_class where oid = case d.classid
            when 'pg_rewrite'::regclass then (select ev_class from pg_rewrite where oid = d.objid)
            when 'pg_constraint'::regclass then (select conrelid from pg_constraint where oid = d.objid)
            when 'pg_attrdef'::regclass then (select adrelid from pg_attrdef where oid = d.objid)
            when 'pg_trigger'::regclass then (select tgrelid from pg_trigger where oid = d.objid and not tgisinternal)
            when 'pg_policy'::regclass then (select polrelid from pg_policy where oid = d.objid) end)) as dependent,
        case d.refclassid
            when 'pg_class'::regclass then (select relnamespace from pg_class where oid = d.refobjid)
            when 'pg_proc'::regclass then (select pronamespace from pg_proc where oid = d.refobjid)
            when 'pg_type'::regclass then (select typnamespace from pg_type where oid = d.refobjid) end as referenced) as place
join schemas mine on mine.oid = place.dependent and mine.tenant is not null
join schemas other on other.oid = place.referenced and other.tenant is not null and other.oid <> mine.oid
