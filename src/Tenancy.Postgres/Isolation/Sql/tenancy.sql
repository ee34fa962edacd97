-- The SQL side of tenancy in one database of tenants. Run by a member of the owner role; harmless when run again.
-- {app} is the login that serves requests here, {identity} the one tenant the database belongs to, or null.
create schema if not exists tenancy authorization {owner};
create schema if not exists {application_schema} authorization {owner};
create schema if not exists extensions authorization {owner};
set local role {owner};

create or replace function tenancy.version() returns integer language sql immutable parallel safe
    return {version};

-- How the scope is kept: 'latched' or 'signed'.
create or replace function tenancy.level() returns text language sql immutable parallel safe
    return {level};

create or replace function tenancy.identity() returns uuid language sql immutable parallel safe
    return {identity}::uuid;

create or replace function tenancy.app_role() returns name language sql immutable parallel safe
    return {app_literal}::name;

create table if not exists tenancy.migrations (
    schema_name text        not null,
    version     integer     not null,
    name        text        not null,
    checksum    bytea       not null,
    applied     timestamptz not null default now(),
    primary key (schema_name, version)
);

-- Functions that the proof would refuse, and why each is safe: it runs no text that a tenant could have chosen.
create table if not exists tenancy.trusted_functions (
    function regprocedure primary key,
    reason   text not null check (length(reason) > 0)
);

-- How the schemas of tenants are guarded, where it is not by row security.
create table if not exists tenancy.schema_guards (
    schema_name name primary key check (schema_name::text ~ '^t_[0-9a-f]{32}$'),
    guard       text not null check (guard in ('role', 'searchpath'))
);

-- Where the tables of a tenant with a schema of its own are looked for.
create or replace function tenancy.path_of(tenant uuid) returns text language sql stable parallel safe
    return pg_catalog.concat('t_', pg_catalog.replace(tenant::text, '-', ''), ', extensions, pg_temp');

-- Says why a tenant may not enter.
create or replace function tenancy.refuse(tenant uuid) returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp as $refuse$
begin
    if tenant is null then
        raise exception using errcode = '42501', message = 'tenancy: no tenant was given to enter()',
            hint = 'Statements reach tables only through the scope of one tenant.';
    elsif tenancy.identity() <> tenant then
        raise exception using errcode = '42501', message = 'tenancy: this database belongs to another tenant',
            hint = 'Check the placement of the tenant in the catalog.';
    end if;
    raise exception using errcode = '42501', message = 'tenancy: another tenant is already in scope',
        hint = 'A transaction belongs to one tenant. The session is discarded if it brought that tenant along.';
end
$refuse$;

-- The scope of a statement. The first one of a transaction wins: null, '' and a second tenant are refused. It has no SET
-- clause, which would undo the search_path it sets, so that every name and operator in it is qualified. One expression:
-- PL/pgSQL prepares each anew in every transaction, and that is most of what a scope costs. What is null is not equal, and
-- so refused.
create or replace function tenancy.enter(tenant uuid) returns void
language plpgsql volatile security definer parallel unsafe as $enter$
declare
    entered pg_catalog.text;
begin
    entered := case
        when coalesce(nullif(pg_catalog.current_setting('tenancy.tenant', true), ''), tenant::pg_catalog.text) operator(pg_catalog.=) tenant::pg_catalog.text
            and coalesce(tenancy.identity(), tenant) operator(pg_catalog.=) tenant
            then pg_catalog.set_config('tenancy.tenant', tenant::pg_catalog.text, true)
        else tenancy.refuse(tenant)
    end;
end
$enter$;

-- The same for a tenant with a schema of its own, whose name derives from the id: nothing can be passed in.
create or replace function tenancy.enter_schema(tenant uuid) returns void
language plpgsql volatile security definer parallel unsafe as $enter$
declare
    entered pg_catalog.text;
begin
    entered := case
        when (coalesce(nullif(pg_catalog.current_setting('tenancy.tenant', true), ''), tenant::pg_catalog.text) operator(pg_catalog.=) tenant::pg_catalog.text
              and coalesce(tenancy.identity(), tenant) operator(pg_catalog.=) tenant) is not true
            then tenancy.refuse(tenant)
        when pg_catalog.current_setting('search_path') operator(pg_catalog.=) tenancy.path_of(tenant)
            then pg_catalog.set_config('tenancy.tenant', tenant::pg_catalog.text, true)
        else pg_catalog.concat(
            pg_catalog.set_config('tenancy.tenant', tenant::pg_catalog.text, true),
            pg_catalog.set_config('search_path', tenancy.path_of(tenant), true))
    end;
end
$enter$;

{scope_limits}

-- Whether the scope may limit temporary files, which takes a right of its own. The owner has it from the hardening.
create or replace function tenancy.limits_files() returns boolean language sql stable parallel safe
    return pg_catalog.has_parameter_privilege({owner_literal}, 'temp_file_limit', 'SET');

-- For statements that name their tenant to the planner: a plan made for all tenants alike would not listen.
create or replace function tenancy.plan_for_values() returns text language sql volatile security definer parallel unsafe
    return pg_catalog.set_config('plan_cache_mode', 'force_custom_plan', true);

create or replace function tenancy.no_tenant() returns uuid
language plpgsql stable parallel safe set search_path = pg_catalog, pg_temp as $no_tenant$
begin
    raise exception using errcode = '42501', message = 'tenancy: no tenant in scope',
        hint = 'Open the connection through TenantDataSource, inside a tenant''s scope.';
end
$no_tenant$;

{signing}

-- At level 'signed' a token says who is in scope; else a setting, which no statement can change.
{current_tenant}

{enter_signed}

{slots}

{attestation}

{isolate}

{shared}

{erase}

revoke all on schema tenancy, {application_schema}, extensions from public;
revoke all on tenancy.scope from public;
revoke execute on all functions in schema tenancy from public, {app}, {tenants};
grant usage on schema tenancy, {application_schema}, extensions to {app}, {migrator};
-- Whoever has a schema and a login of its own in this database.
grant usage on schema tenancy, extensions to {tenants};
-- A function that enters without a token would change nothing at level 'signed'; all the same it is not there to try.
grant execute on function {enter_functions},
    tenancy.current_tenant(), tenancy.no_tenant(), tenancy.no_scope(), tenancy.signature(bytea, bytea, text, integer), tenancy.version(), tenancy.level(), tenancy.identity(), tenancy.limits_files(),
    tenancy.plan_for_values(), tenancy.try_slot(integer), tenancy.take_slot(integer), tenancy.attest(text, text), tenancy.attest_new(text), tenancy.attest_lease(text, text, text), tenancy.attest_pooled(text),
    tenancy.changed_settings(boolean), tenancy.watched_settings(), tenancy.session_settings(), tenancy.role_settings() to {app}, {tenants};
grant select on tenancy.scope, tenancy.trusted_functions, tenancy.schema_guards to {app}, {tenants};
grant create on schema {application_schema} to {migrator};

reset role;
