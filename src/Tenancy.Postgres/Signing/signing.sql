-- Level Signed: the scope is a token that only a holder of a key can make. Installed in every database, and granted where
-- that is the level. Keys are the pads of HMAC-SHA-256 (RFC 2104): the key, xored with 0x36 and with 0x5c.
create table if not exists tenancy.signing_keys (
    id          integer     primary key,
    inner_pad   bytea       not null check (length(inner_pad) = 64),
    outer_pad   bytea       not null check (length(outer_pad) = 64),
    installed   timestamptz not null default now()
);
-- What version 4 had for stamps.
do $stamps$
begin
    if exists (select from pg_catalog.pg_attribute where attrelid = 'tenancy.signing_keys'::regclass and attname = 'stamp_key' and not attisdropped) then
        alter table tenancy.signing_keys drop column stamp_key;
    end if;
end
$stamps$;
drop function if exists tenancy.enter_signed(uuid, integer, timestamptz, bytea, boolean, boolean);
drop function if exists tenancy.enter_signed(uuid, integer, timestamptz, bytea, boolean, boolean, integer, integer, integer, integer);
drop function if exists tenancy.refuse_token(uuid, timestamptz, boolean);
revoke all on tenancy.signing_keys from public, {app};

-- A token is text: the signature in hexadecimal (64 characters), the tenant (36), and the second since 1970 until which a
-- transaction may begin with it (10), with a dot between them: split_part() looks for bytes, substr() counts characters and
-- takes six times as long. Signed is all that follows the signature, and the backend, which is 0 where it is not known.

-- The signature that a token should have.
create or replace function tenancy.signature(inner_pad bytea, outer_pad bytea, token text, backend integer) returns text
language sql stable parallel safe
    return pg_catalog.encode(pg_catalog.sha256(outer_pad || pg_catalog.sha256(
        inner_pad || pg_catalog.substr(pg_catalog.convert_to(token, 'UTF8'), 65) || pg_catalog.int4send(backend))), 'hex');

-- Whether the session holds what a statement of another client of a pooler could have left.
create or replace function tenancy.is_dirty() returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $dirty$
begin
    return pg_my_temp_schema() <> 0 or exists (select from pg_cursor() where is_holdable)
        or exists (select from pg_prepared_statement() where from_sql);
end
$dirty$;

-- Says why a token is refused; of the token it tells nothing.
create or replace function tenancy.refuse_token(token text) returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp as $refuse$
declare
    expires float8;
begin
    if token is null then
        return tenancy.refuse(null);
    elsif token !~ '^[0-9a-f]{64}[.][0-9a-f-]{36}[.][0-9]{10}$' then
        raise exception using errcode = '42501', message = 'tenancy: the scope is not a token',
            hint = 'Use the library of the version that is installed here.';
    -- What was set in an earlier transaction is '' from then on, and is no tenant's.
    elsif tenancy.identity()::text <> split_part(token, '.', 2)
        or split_part(nullif(current_setting('tenancy.token', true), ''), '.', 2) <> split_part(token, '.', 2) then
        return tenancy.refuse(split_part(token, '.', 2)::uuid);
    elsif pg_my_temp_schema() <> 0 or tenancy.is_dirty() then
        raise exception using errcode = '55006', message = 'tenancy: the session holds what another tenant could have left',
            hint = 'The connection is destroyed, and another one used.';
    end if;
    expires := split_part(token, '.', 3)::float8;
    if expires < date_part('epoch', now()) or expires > date_part('epoch', statement_timestamp()) + 60 then
        raise exception using errcode = '42501', message = 'tenancy: the token of the scope is too old, or from the future',
            hint = 'Keep the clocks of the application and the server together, by NTP.';
    end if;
    raise exception using errcode = '42501', message = 'tenancy: the token of the scope is not valid',
        hint = 'Install the signing key that the application is configured with.';
end
$refuse$;

-- Says why there is nobody in scope.
create or replace function tenancy.no_scope() returns uuid
language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $no_scope$
begin
    if coalesce(current_setting('tenancy.token', true), '') <> '' then
        perform tenancy.refuse_token(current_setting('tenancy.token', true));
    end if;
    return tenancy.no_tenant();
end
$no_scope$;
