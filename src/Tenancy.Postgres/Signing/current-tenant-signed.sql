-- The tenant in scope; an error where there is none. The stamp counts only where this server made it, for this backend and
-- this transaction: the tenant's id, the server's signature, the key. The backend is the leader's, so that it runs in no
-- parallel worker. No SET clause, which would cost more than all the rest, so that every name and operator is qualified.
create or replace function tenancy.current_tenant() returns uuid
language plpgsql stable security definer parallel restricted as $current$
declare
    stamp pg_catalog.text := pg_catalog.current_setting('tenancy.stamp', true);
begin
    return coalesce((
        select case when pg_catalog.substr(stamp, 38, 96) operator(pg_catalog.=) pg_catalog.encode(pg_catalog.sha384(
              k.stamp_key operator(pg_catalog.||) pg_catalog.convert_to(pg_catalog.left(stamp, 36), 'UTF8') operator(pg_catalog.||)
              pg_catalog.int4send(pg_catalog.pg_backend_pid()) operator(pg_catalog.||)
              pg_catalog.timestamptz_send(pg_catalog.now())), 'hex')
            then pg_catalog.left(stamp, 36) end
        from tenancy.signing_keys k
        where k.id::pg_catalog.text operator(pg_catalog.=) pg_catalog.substr(stamp, 135))::pg_catalog.uuid, tenancy.no_tenant());
end
$current$;
