-- The scope with the limits of a tier: milliseconds of a statement and of a pause in a transaction, kB of memory and of
-- temporary files; null leaves one as it is. They end with the transaction. What comes first is one condition, which
-- set_config() fulfils: PL/pgSQL prepares each expression anew in every transaction, with all the functions in it, so that
-- what is seldom done stands behind it. Where the condition is null it has set what it could, and the refusal undoes that.
create or replace function tenancy.enter(tenant uuid, timeout integer, idle integer, memory integer, files integer) returns void
language plpgsql volatile security definer parallel unsafe as $enter$
declare
    entered pg_catalog.text;
begin
    if (pg_catalog.current_setting('tenancy.tenant', true) operator(pg_catalog.<>) '') is not true
        and coalesce(tenancy.identity(), tenant) operator(pg_catalog.=) tenant
        and {set_limits}
        and pg_catalog.set_config('tenancy.tenant', tenant::pg_catalog.text, true) is not null
    then
        return;
    end if;
    entered := tenancy.enter_again(tenant, false, timeout, idle, memory, files);
end
$enter$;

create or replace function tenancy.enter_schema(tenant uuid, timeout integer, idle integer, memory integer, files integer) returns void
language plpgsql volatile security definer parallel unsafe as $enter$
declare
    entered pg_catalog.text;
begin
    if (pg_catalog.current_setting('tenancy.tenant', true) operator(pg_catalog.<>) '') is not true
        and coalesce(tenancy.identity(), tenant) operator(pg_catalog.=) tenant
        and {set_limits}
        and pg_catalog.set_config('tenancy.tenant', tenant::pg_catalog.text, true) is not null
        and (pg_catalog.current_setting('search_path') operator(pg_catalog.=) tenancy.path_of(tenant)
             or pg_catalog.set_config('search_path', tenancy.path_of(tenant), true) is not null)
    then
        return;
    end if;
    entered := tenancy.enter_again(tenant, true, timeout, idle, memory, files);
end
$enter$;

-- In a transaction that has a tenant in scope: the same one only, with limits that are no wider.
create or replace function tenancy.enter_again(
    tenant uuid, own_schema boolean, timeout integer, idle integer, memory integer, files integer) returns text
language plpgsql volatile parallel unsafe as $again$
begin
    if (pg_catalog.current_setting('tenancy.tenant', true) operator(pg_catalog.=) tenant::pg_catalog.text
            and coalesce(tenancy.identity(), tenant) operator(pg_catalog.=) tenant) is not true then
        return tenancy.refuse(tenant);
    end if;
    return pg_catalog.concat(
        tenancy.tighten_scope(timeout, idle, memory, files),
        case when own_schema then pg_catalog.set_config('search_path', tenancy.path_of(tenant), true) end);
end
$again$;

-- Within a transaction limits are only tightened, since text inside a statement can enter too.
create or replace function tenancy.tighten_scope(timeout integer, idle integer, memory integer, files integer) returns text
language plpgsql volatile parallel unsafe as $tighten$
begin
    return pg_catalog.concat(
        tenancy.tighten('statement_timeout', timeout, tenancy.milliseconds('statement_timeout')),
        tenancy.tighten('idle_in_transaction_session_timeout', idle, tenancy.milliseconds('idle_in_transaction_session_timeout')),
        tenancy.tighten('work_mem', memory, tenancy.kilobytes('work_mem')),
        tenancy.tighten('temp_file_limit', files, tenancy.kilobytes('temp_file_limit')));
end
$tighten$;

-- Sets a limit where it is lower than the present one, which is null where there is none.
create or replace function tenancy.tighten(setting text, wanted integer, present numeric) returns text
language sql volatile parallel unsafe
    return case when wanted > 0 and wanted < coalesce(present, 'infinity')
                then pg_catalog.set_config(setting, wanted::text, true) end;

create or replace function tenancy.milliseconds(setting text) returns numeric language sql stable parallel safe
    return nullif(extract(epoch from pg_catalog.current_setting(setting)::interval) * 1000, 0);

create or replace function tenancy.kilobytes(setting text) returns numeric language sql stable parallel safe
    return case when pg_catalog.current_setting(setting) <> '-1'
                then pg_catalog.pg_size_bytes(pg_catalog.current_setting(setting)) / 1024 end;
