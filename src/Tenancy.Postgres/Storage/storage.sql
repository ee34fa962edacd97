-- What tenants store, as it was last measured, for all processes. Run by a superuser in the catalog's database, after usage.sql;
-- harmless when run again.
set local role {owner};

create table if not exists tenancy_usage.storage (
    tenant       uuid        primary key,
    bytes        bigint      not null,
    tables       bigint      not null,
    most_rows    bigint      not null,
    exact        boolean     not null,
    measured     timestamptz not null,
    over_since   timestamptz,
    -- The hundredths of the quotas of bytes, rows and tables that somebody was told of.
    bytes_level  integer     not null default 0,
    rows_level   integer     not null default 0,
    tables_level integer     not null default 0
) with (fillfactor = 70);
create index if not exists storage_measured on tenancy_usage.storage (measured);

-- Notes what was measured, and returns the levels there were before. It is part of the hour's use as well.
create or replace function tenancy_usage.store(
    p_tenant uuid[], p_bytes bigint[], p_tables bigint[], p_rows bigint[], p_exact boolean[], p_over boolean[],
    p_bytes_level integer[], p_rows_level integer[], p_tables_level integer[])
returns table (o_index bigint, o_measured timestamptz, o_over_since timestamptz, o_bytes_level integer, o_rows_level integer, o_tables_level integer)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    v_now timestamptz := clock_timestamp();
begin
    -- Locks in one order; and the levels before are read under them.
    perform from tenancy_usage.storage where tenant = any (p_tenant) order by tenant for update;
    insert into tenancy_usage.hours as h (tenant, bucket, storage)
        select u.tenant, date_trunc('hour', v_now, 'UTC'), max(u.bytes) from unnest(p_tenant, p_bytes) as u (tenant, bytes)
        group by 1 order by 1
        on conflict (tenant, bucket) do update set storage = excluded.storage where h.storage is null or h.storage < excluded.storage;
    return query
    with asked as (
        select * from unnest(p_tenant, p_bytes, p_tables, p_rows, p_exact, p_over, p_bytes_level, p_rows_level, p_tables_level)
            with ordinality as u (tenant, bytes, tables, most_rows, exact, over, bytes_level, rows_level, tables_level, index)
    ), before as (
        select a.index, s.bytes_level, s.rows_level, s.tables_level
        from asked a left join tenancy_usage.storage s on s.tenant = a.tenant
    ), stored as (
        insert into tenancy_usage.storage as s
            (tenant, bytes, tables, most_rows, exact, measured, over_since, bytes_level, rows_level, tables_level)
        select tenant, bytes, tables, most_rows, exact, v_now, case when over then v_now end, bytes_level, rows_level, tables_level
        from asked order by tenant
        on conflict (tenant) do update set
            bytes = excluded.bytes, tables = excluded.tables, most_rows = excluded.most_rows, exact = excluded.exact,
            measured = excluded.measured,
            over_since = case when excluded.over_since is null then null else coalesce(s.over_since, excluded.over_since) end,
            bytes_level = excluded.bytes_level, rows_level = excluded.rows_level, tables_level = excluded.tables_level
        returning s.tenant, s.measured, s.over_since
    )
    select a.index, s.measured, s.over_since, coalesce(b.bytes_level, 0), coalesce(b.rows_level, 0), coalesce(b.tables_level, 0)
    from asked a join before b on b.index = a.index join stored s on s.tenant = a.tenant;
end $$;

-- What was measured since, by any process.
create or replace function tenancy_usage.stored_since(p_since timestamptz)
returns table (o_tenant uuid, o_bytes bigint, o_tables bigint, o_rows bigint, o_exact boolean, o_measured timestamptz, o_over_since timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select tenant, bytes, tables, most_rows, exact, measured, over_since from tenancy_usage.storage where measured > p_since
$$;

-- Tenants that nobody measures any more are gone.
create or replace function tenancy_usage.forget_storage(p_before timestamptz) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    delete from tenancy_usage.storage where measured < p_before
$$;

revoke execute on all functions in schema tenancy_usage from public;
grant execute on function tenancy_usage.store(uuid[], bigint[], bigint[], bigint[], boolean[], boolean[], integer[], integer[], integer[]) to {catalog};
grant execute on function tenancy_usage.stored_since(timestamptz) to {catalog};
grant execute on function tenancy_usage.forget_storage(timestamptz) to {catalog};
reset role;
