-- Marks reference tables: readable by every tenant, writable by none.
create or replace function tenancy.shared(variadic tables regclass[]) returns void
language plpgsql security invoker as $shared$
declare
    t regclass;
begin
    foreach t in array tables loop
        execute pg_catalog.format('revoke all on table %s from public, %I, %I', t, tenancy.app_role(), tenancy.login_of(t));
        execute pg_catalog.format('alter table %s enable row level security', t);
        execute pg_catalog.format('drop policy if exists tenancy_shared on %s', t);
        execute pg_catalog.format('create policy tenancy_shared on %s for select to public using (true)', t);
        execute pg_catalog.format('grant select on table %s to %I', t, tenancy.login_of(t));
    end loop;
end
$shared$;
