-- Deletes a tenant's rows from every isolated table of a schema. Run by the migrator, which row security does not bind.
-- Tables go in rounds: one that others still refer to is tried again after them.
create or replace function tenancy.erase(tenant uuid, schema_name name) returns bigint
language plpgsql security invoker as $erase$
declare
    waiting regclass[];
    blocked regclass[];
    t       regclass;
    erased  bigint := 0;
    deleted bigint;
begin
    select coalesce(array_agg(c.oid::regclass), '{}') into waiting
    from pg_catalog.pg_policy p
    join pg_catalog.pg_class c on c.oid = p.polrelid
    where p.polname = 'tenancy_isolation' and c.relnamespace = schema_name::text::regnamespace;

    while cardinality(waiting) > 0 loop
        blocked := '{}';
        foreach t in array waiting loop
            begin
                execute pg_catalog.format('delete from %s where tenant_id = $1', t) using tenant;
                get diagnostics deleted = row_count;
                erased := erased + deleted;
            exception when foreign_key_violation then
                blocked := blocked || t;
            end;
        end loop;
        if cardinality(blocked) = cardinality(waiting) then
            raise exception using errcode = '23503',
                message = pg_catalog.format('tenancy: the rows of %s refer to each other in a circle', blocked),
                hint = 'Declare one of the foreign keys DEFERRABLE INITIALLY DEFERRED, or ON DELETE CASCADE.';
        end if;
        waiting := blocked;
    end loop;
    return erased;
end
$erase$;
