-- The scope of a statement. Whether the token is good is asked where it is used, by the policies of shared tables
-- (docs/decisions/0016); here, where no policy stands behind: in a schema or a database of the tenant's own. The first one of
-- a transaction stays, and a second tenant is refused. No SET clause, which would undo the search_path it sets, so that
-- every name and operator is qualified. What comes first is one condition, which set_config() fulfils: PL/pgSQL prepares
-- each expression anew in every transaction, with all the functions in it, so that what is seldom done stands behind it.
create or replace function tenancy.enter_signed(token text, own_schema boolean) returns void
language plpgsql volatile security definer parallel unsafe as $enter$
declare
    entered pg_catalog.text;
begin
    if {may_enter}
        and pg_catalog.set_config('tenancy.token', token, true) is not null
    then
        if own_schema or tenancy.identity() is not null then
            entered := tenancy.enter_own(own_schema);
        end if;
        return;
    end if;
    entered := tenancy.enter_again(token, own_schema, null, null, null, null);
end
$enter$;

create or replace function tenancy.enter_signed(
    token text, own_schema boolean, timeout integer, idle integer, memory integer, files integer) returns void
language plpgsql volatile security definer parallel unsafe as $enter$
declare
    entered pg_catalog.text;
begin
    if {may_enter}
        and {set_limits}
        and pg_catalog.set_config('tenancy.token', token, true) is not null
    then
        if own_schema or tenancy.identity() is not null then
            entered := tenancy.enter_own(own_schema);
        end if;
        return;
    end if;
    entered := tenancy.enter_again(token, own_schema, timeout, idle, memory, files);
end
$enter$;

-- Where no policy will ask: that the token is good, and then the tenant's tables.
create or replace function tenancy.enter_own(own_schema boolean) returns text
language plpgsql volatile parallel unsafe as $own$
declare
    tenant pg_catalog.uuid := tenancy.current_tenant();
begin
    return case when own_schema then pg_catalog.set_config('search_path', tenancy.path_of(tenant), true) end;
end
$own$;

-- In a transaction that has a tenant in scope: the same one only, with limits that are no wider.
create or replace function tenancy.enter_again(
    token text, own_schema boolean, timeout integer, idle integer, memory integer, files integer) returns text
language plpgsql volatile parallel unsafe as $again$
begin
    if (pg_catalog.current_setting('tenancy.token', true) operator(pg_catalog.<>) ''
            and pg_catalog.split_part(pg_catalog.current_setting('tenancy.token', true), '.', 2)
                operator(pg_catalog.=) pg_catalog.split_part(token, '.', 2)
            and pg_catalog.pg_my_temp_schema() operator(pg_catalog.=) 0) is not true then
        return tenancy.refuse_token(token);
    end if;
    return pg_catalog.concat(
        case when coalesce(timeout, idle, memory, files) is not null then tenancy.tighten_scope(timeout, idle, memory, files) end,
        case when own_schema or tenancy.identity() is not null then tenancy.enter_own(own_schema) end);
end
$again$;

-- Behind a pooler, where nobody knows the backend beforehand: a token for any, which is looked at here and signed again for
-- this one, so that what the session holds is of no use elsewhere.
create or replace function tenancy.bind_token(token text) returns text
language plpgsql volatile parallel unsafe as $bind$
declare
    bound pg_catalog.text := (
        select pg_catalog.concat(tenancy.signature(k.inner_pad, k.outer_pad, token, pg_catalog.pg_backend_pid()), pg_catalog.substr(token, 65))
        from tenancy.signing_keys k
        where case when pg_catalog.split_part(token, '.', 1) operator(pg_catalog.=) tenancy.signature(k.inner_pad, k.outer_pad, token, 0)
                   then pg_catalog.split_part(token, '.', 3)::pg_catalog.float8 operator(pg_catalog.>=) pg_catalog.date_part('epoch', pg_catalog.now()) end
          and not tenancy.is_dirty());
begin
    return coalesce(bound, tenancy.refuse_token(token));
end
$bind$;

create or replace function tenancy.enter_pooled(token text, own_schema boolean) returns void
language plpgsql volatile security definer parallel unsafe as $enter$
begin
    perform tenancy.enter_signed(tenancy.bind_token(token), own_schema);
end
$enter$;

create or replace function tenancy.enter_pooled(
    token text, own_schema boolean, timeout integer, idle integer, memory integer, files integer) returns void
language plpgsql volatile security definer parallel unsafe as $enter$
begin
    perform tenancy.enter_signed(tenancy.bind_token(token), own_schema, timeout, idle, memory, files);
end
$enter$;
