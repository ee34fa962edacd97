-- Level Signed: a tenant enters by a token that only a holder of the key can make, and the scope is a stamp that only the
-- server can. Installed in every database, and granted where that is the level.
-- Keys as the pads of HMAC-SHA-256 (RFC 2104): the key, xored with 0x36 and with 0x5c. Beside each stands a random one for
-- stamps, which no client has.
create table if not exists tenancy.signing_keys (
    id          integer     primary key,
    inner_pad   bytea       not null check (length(inner_pad) = 64),
    outer_pad   bytea       not null check (length(outer_pad) = 64),
    stamp_key   bytea       not null check (length(stamp_key) = 64),
    installed   timestamptz not null default now()
);
revoke all on tenancy.signing_keys from public, {app};

-- Whether the session holds what a statement of another client of a pooler could have left.
create or replace function tenancy.is_dirty() returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $dirty$
begin
    return pg_my_temp_schema() <> 0 or exists (select from pg_cursor() where is_holdable)
        or exists (select from pg_prepared_statement() where from_sql);
end
$dirty$;

-- Says why a token is refused; of the token it tells nothing.
create or replace function tenancy.refuse_token(tenant uuid, issued timestamptz, bound boolean) returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp as $refuse$
begin
    if tenant is null or tenancy.identity() <> tenant or left(current_setting('tenancy.stamp', true), 36) <> tenant::text then
        return tenancy.refuse(tenant);
    elsif pg_my_temp_schema() <> 0 or bound is not true and tenancy.is_dirty() then
        raise exception using errcode = '55006', message = 'tenancy: the session holds what another tenant could have left',
            hint = 'The connection is destroyed, and another one used.';
    elsif issued not between clock_timestamp() - interval '30 s' and clock_timestamp() + interval '30 s' then
        raise exception using errcode = '42501', message = 'tenancy: the token of the scope is too old, or from the future',
            hint = 'Keep the clocks of the application and the server together, by NTP.';
    end if;
    raise exception using errcode = '42501', message = 'tenancy: the token of the scope is not valid',
        hint = 'Install the signing key that the application is configured with.';
end
$refuse$;

-- The scope of a statement. The token is HMAC-SHA-256 of tenant, time and backend (0 where it is not bound to one, behind a
-- pooler). The stamp is SHA-384 of a key and text of one length: what SHA-384 leaves out of SHA-512 keeps it from being
-- extended. No SET clause, which would undo the search_path it sets, so that every name and operator is qualified; and one
-- query, since PL/pgSQL prepares each expression anew in every transaction.
create or replace function tenancy.enter_signed(
    tenant uuid, key integer, issued timestamptz, mac bytea, bound boolean, own_schema boolean) returns void
language plpgsql volatile security definer parallel unsafe as $enter$
declare
    entered pg_catalog.text;
begin
    entered := coalesce((
        select case
            when not {token_is_valid}
                then tenancy.refuse_token(tenant, issued, bound)
            else pg_catalog.concat({set_stamp},
                case when own_schema then pg_catalog.set_config('search_path', tenancy.path_of(tenant), true) end)
            end
        from tenancy.signing_keys k where k.id operator(pg_catalog.=) key), tenancy.refuse_token(tenant, issued, bound));
end
$enter$;

create or replace function tenancy.enter_signed(
    tenant uuid, key integer, issued timestamptz, mac bytea, bound boolean, own_schema boolean,
    timeout integer, idle integer, memory integer, files integer) returns void
language plpgsql volatile security definer parallel unsafe as $enter$
declare
    entered pg_catalog.text;
begin
    entered := coalesce((
        select case
            when not {token_is_valid}
                then tenancy.refuse_token(tenant, issued, bound)
            when pg_catalog.length(pg_catalog.current_setting('tenancy.stamp', true)) operator(pg_catalog.>) 0
                then pg_catalog.concat(tenancy.tighten_scope(timeout, idle, memory, files), {set_stamp},
                    case when own_schema then pg_catalog.set_config('search_path', tenancy.path_of(tenant), true) end)
            else pg_catalog.concat(
                {set_limits}, {set_stamp},
                case when own_schema then pg_catalog.set_config('search_path', tenancy.path_of(tenant), true) end)
            end
        from tenancy.signing_keys k where k.id operator(pg_catalog.=) key), tenancy.refuse_token(tenant, issued, bound));
end
$enter$;
