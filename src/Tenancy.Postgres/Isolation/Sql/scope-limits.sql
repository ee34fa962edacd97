-- The scope with the limits of a tier: milliseconds of a statement and of a pause in a transaction, kB of memory and of
-- temporary files; null leaves one as it is. They end with the transaction. Within it they are only tightened, since text
-- inside a statement can call this too.
create or replace function tenancy.limit_scope(timeout integer, idle integer, memory integer, files integer) returns text
language plpgsql volatile parallel unsafe as $limit$
begin
    if pg_catalog.length(pg_catalog.current_setting('tenancy.tenant', true)) operator(pg_catalog.>) 0 then
        return pg_catalog.concat(
            tenancy.tighten('statement_timeout', timeout, tenancy.milliseconds('statement_timeout')),
            tenancy.tighten('idle_in_transaction_session_timeout', idle, tenancy.milliseconds('idle_in_transaction_session_timeout')),
            tenancy.tighten('work_mem', memory, tenancy.kilobytes('work_mem')),
            tenancy.tighten('temp_file_limit', files, tenancy.kilobytes('temp_file_limit')));
    end if;
    return pg_catalog.concat(
        case when timeout is not null then pg_catalog.set_config('statement_timeout', timeout::pg_catalog.text, true) end,
        case when idle is not null then pg_catalog.set_config('idle_in_transaction_session_timeout', idle::pg_catalog.text, true) end,
        case when memory is not null then pg_catalog.set_config('work_mem', memory::pg_catalog.text, true) end,
        case when files is not null then pg_catalog.set_config('temp_file_limit', files::pg_catalog.text, true) end);
end
$limit$;

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

create or replace function tenancy.enter(tenant uuid, timeout integer, idle integer, memory integer, files integer) returns void
language plpgsql volatile security definer parallel unsafe as $enter$
declare
    done pg_catalog.text;
begin
    done := tenancy.limit_scope(timeout, idle, memory, files);
    done := tenancy.enter(tenant);
end
$enter$;

create or replace function tenancy.enter_schema(tenant uuid, timeout integer, idle integer, memory integer, files integer) returns void
language plpgsql volatile security definer parallel unsafe as $enter$
declare
    done pg_catalog.text;
begin
    done := tenancy.limit_scope(timeout, idle, memory, files);
    done := tenancy.enter_schema(tenant);
end
$enter$;
