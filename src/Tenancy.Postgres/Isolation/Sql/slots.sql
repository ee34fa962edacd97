-- Slots: how many transactions of a tenant run at once in this database, whichever process sends them. A slot is an advisory
-- lock of the transaction, so that it ends with it in every way that one can end. Its key is a hash under a number that no
-- tenant can read: whoever could work it out could take the slots of another.
create table if not exists tenancy.slot_seed (
    one  boolean primary key default true check (one),
    seed bigint  not null
);
insert into tenancy.slot_seed (seed) values (pg_catalog.hashtextextended(pg_catalog.concat(pg_catalog.gen_random_uuid(), pg_catalog.gen_random_uuid()), 0))
on conflict do nothing;
revoke all on tenancy.slot_seed from public, {app};

-- Takes one of the slots of the tenant in scope, if one is free. A transaction takes one, however many statements it has. It
-- has no SET clause, which would cost more than the rest, so that every name and operator in it is qualified.
create or replace function tenancy.try_slot(slots integer) returns boolean
language plpgsql volatile security definer parallel unsafe as $try_slot$
declare
    started pg_catalog.text := pg_catalog.extract('epoch', pg_catalog.now())::pg_catalog.text;
    key     pg_catalog.int8;
begin
    if pg_catalog.current_setting('tenancy.slot', true) operator(pg_catalog.=) started then
        return true;
    end if;
    select pg_catalog.uuid_hash_extended(tenancy.current_tenant(), s.seed) into strict key from tenancy.slot_seed s;
    -- Two numbers, which applications' locks with one number never meet. A backend begins where it was last.
    perform 1 from pg_catalog.generate_series(0, slots operator(pg_catalog.-) 1) i
    where pg_catalog.pg_try_advisory_xact_lock(
        (key operator(pg_catalog.>>) 32)::pg_catalog.int4,
        ((key operator(pg_catalog.<<) 32) operator(pg_catalog.>>) 32)::pg_catalog.int4
            operator(pg_catalog.#) ((pg_catalog.pg_backend_pid() operator(pg_catalog.+) i) operator(pg_catalog.%) slots))
    limit 1;
    if not found then
        return false;
    end if;
    perform pg_catalog.set_config('tenancy.slot', started, true);
    return true;
end
$try_slot$;

-- The same for the statement that enters: nothing behind it runs where none is free.
create or replace function tenancy.take_slot(slots integer) returns void
language plpgsql volatile parallel unsafe as $take_slot$
begin
    if not tenancy.try_slot(slots) then
        raise exception using errcode = 'TN002', message = 'tenancy: all slots of the tenant are taken',
            hint = 'Its tier allows no more transactions at once (Queries:MaxConcurrentOverall).';
    end if;
end
$take_slot$;
