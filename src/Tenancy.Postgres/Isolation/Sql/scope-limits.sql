-- The scope with the limits of a tier: milliseconds of a statement and of a pause in a transaction, kB of memory and of
-- temporary files; null leaves one as it is. They end with the transaction. One expression, as without them.
create or replace function tenancy.enter(tenant uuid, timeout integer, idle integer, memory integer, files integer) returns void
language plpgsql volatile security definer parallel unsafe as $enter$
declare
    entered pg_catalog.text;
begin
    entered := case
        when (coalesce(nullif(pg_catalog.current_setting('tenancy.tenant', true), ''), tenant::pg_catalog.text) operator(pg_catalog.=) tenant::pg_catalog.text
              and coalesce(tenancy.identity(), tenant) operator(pg_catalog.=) tenant) is not true
            then tenancy.refuse(tenant)
        when pg_catalog.length(pg_catalog.current_setting('tenancy.tenant', true)) operator(pg_catalog.>) 0
            then tenancy.tighten_scope(timeout, idle, memory, files)
        else pg_catalog.concat(
            {set_limits},
            pg_catalog.set_config('tenancy.tenant', tenant::pg_catalog.text, true))
    end;
end
$enter$;

create or replace function tenancy.enter_schema(tenant uuid, timeout integer, idle integer, memory integer, files integer) returns void
language plpgsql volatile security definer parallel unsafe as $enter$
declare
    entered pg_catalog.text;
begin
    entered := case
        when (coalesce(nullif(pg_catalog.current_setting('tenancy.tenant', true), ''), tenant::pg_catalog.text) operator(pg_catalog.=) tenant::pg_catalog.text
              and coalesce(tenancy.identity(), tenant) operator(pg_catalog.=) tenant) is not true
            then tenancy.refuse(tenant)
        when pg_catalog.length(pg_catalog.current_setting('tenancy.tenant', true)) operator(pg_catalog.>) 0
            then pg_catalog.concat(
                tenancy.tighten_scope(timeout, idle, memory, files),
                pg_catalog.set_config('search_path', tenancy.path_of(tenant), true))
        else pg_catalog.concat(
            {set_limits},
            pg_catalog.set_config('tenancy.tenant', tenant::pg_catalog.text, true),
            case when pg_catalog.current_setting('search_path') operator(pg_catalog.<>) tenancy.path_of(tenant)
                 then pg_catalog.set_config('search_path', tenancy.path_of(tenant), true) end)
    end;
end
$enter$;

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
