-- The tenant in scope; an error where there is none. The stamp counts only where this server made it, for this backend and
-- this transaction. The backend is the leader's, so that it runs in no parallel worker.
create or replace function tenancy.current_tenant() returns uuid
language plpgsql stable security definer parallel restricted set search_path = pg_catalog, pg_temp as $current$
declare
    stamp text := current_setting('tenancy.stamp', true);
    k     tenancy.signing_keys;
begin
    -- The tenant's id, the server's signature, the key.
    select * into k from tenancy.signing_keys s where s.id = case when length(stamp) > 102 then substr(stamp, 103)::integer end;
    return case
        when k.id is null
            then tenancy.no_tenant()
        when substr(stamp, 38, 64) = encode(sha256(k.stamp_outer || sha256(
                 k.stamp_inner || uuid_send(left(stamp, 36)::uuid) || int4send(pg_backend_pid()) || timestamptz_send(now()))), 'hex')
            then left(stamp, 36)::uuid
        else tenancy.no_tenant()
    end;
end
$current$;
