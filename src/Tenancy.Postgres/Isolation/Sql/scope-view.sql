-- Replaced only where it differs: that waits for all who read by it, and they might wait for this transaction.
do $scope$
declare
    wanted text := $view$ view tenancy.scope with (security_barrier = true) as select {scope_tenant} as tenant $view$;
begin
    execute 'create' || replace(wanted, 'tenancy.scope ', 'tenancy.scope_wanted ');
    if not exists (
        select from pg_catalog.pg_class present join pg_catalog.pg_class other on other.oid = 'tenancy.scope_wanted'::regclass
        where present.oid = pg_catalog.to_regclass('tenancy.scope') and present.relowner = other.relowner and present.reloptions = other.reloptions
          and pg_catalog.pg_get_viewdef(present.oid) = pg_catalog.pg_get_viewdef(other.oid))
    then
        execute 'create or replace' || wanted;
    end if;
    drop view tenancy.scope_wanted;
end
$scope$;
