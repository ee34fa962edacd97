-- What tenants used. Run by a superuser in the catalog's database; harmless when run again.
create schema if not exists tenancy_usage authorization {owner};
set local role {owner};

-- Every amount is in exactly one of the three: minutes that have become old move into their hour, and hours into their day.
-- So a sum over all three is always exact, and what arrives late is added like anything else.
create table if not exists tenancy_usage.minutes (
    tenant        uuid        not null,
    bucket        timestamptz not null,
    requests      bigint      not null default 0,
    rejections    bigint      not null default 0,
    database_time bigint      not null default 0,
    row_count     bigint      not null default 0,
    byte_count    bigint      not null default 0,
    pages         bigint      not null default 0,
    queue_time    bigint      not null default 0,
    storage       bigint,
    primary key (tenant, bucket)
) with (fillfactor = 70);
create table if not exists tenancy_usage.hours (like tenancy_usage.minutes including all);
create table if not exists tenancy_usage.days (like tenancy_usage.minutes including all);
create index if not exists minutes_bucket on tenancy_usage.minutes (bucket);
create index if not exists hours_bucket on tenancy_usage.hours (bucket);
create index if not exists days_bucket on tenancy_usage.days (bucket);

-- The last batch of each process, so that one that is sent again is not counted again.
create table if not exists tenancy_usage.nodes (
    id     uuid        primary key,
    number bigint      not null,
    seen   timestamptz not null
);

-- What one of all processes does once in a while.
create table if not exists tenancy_usage.tasks (
    name text        primary key collate "C",
    due  timestamptz not null
);

-- The quotas whose end somebody was told of.
create table if not exists tenancy_usage.alerts (
    tenant uuid not null,
    policy text not null collate "C",
    raised date not null,
    primary key (tenant, policy)
);

create or replace view tenancy_usage.all_buckets as
    select * from tenancy_usage.minutes union all select * from tenancy_usage.hours union all select * from tenancy_usage.days;

-- Adds a batch; false where it was added before.
create or replace function tenancy_usage.add(
    p_node uuid, p_number bigint, p_minute timestamptz, p_tenant uuid[], p_requests bigint[], p_rejections bigint[], p_database_time bigint[],
    p_row_count bigint[], p_byte_count bigint[], p_pages bigint[], p_queue_time bigint[])
returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
    insert into tenancy_usage.nodes as n (id, number, seen) values (p_node, p_number, clock_timestamp())
        on conflict (id) do update set number = excluded.number, seen = excluded.seen where n.number < excluded.number;
    if not found then
        return false;
    end if;
    -- In one order, so that no two processes wait for each other.
    insert into tenancy_usage.minutes as m
        (tenant, bucket, requests, rejections, database_time, row_count, byte_count, pages, queue_time)
    select u.tenant, p_minute, sum(u.requests), sum(u.rejections), sum(u.database_time), sum(u.row_count), sum(u.byte_count),
           sum(u.pages), sum(u.queue_time)
    from unnest(p_tenant, p_requests, p_rejections, p_database_time, p_row_count, p_byte_count, p_pages, p_queue_time)
        as u (tenant, requests, rejections, database_time, row_count, byte_count, pages, queue_time)
    group by u.tenant order by u.tenant
    on conflict (tenant, bucket) do update set
        requests = m.requests + excluded.requests, rejections = m.rejections + excluded.rejections,
        database_time = m.database_time + excluded.database_time, row_count = m.row_count + excluded.row_count,
        byte_count = m.byte_count + excluded.byte_count, pages = m.pages + excluded.pages, queue_time = m.queue_time + excluded.queue_time;
    return true;
end $$;

-- Moves what has become old from minutes to hours and from hours to days, and removes days; so many rows of each at most.
-- Returns how many rows that is, or would be.
create or replace function tenancy_usage.tidy(
    p_now timestamptz, p_keep_minutes interval, p_keep_hours interval, p_keep_days interval, p_most integer, p_dry_run boolean,
    out o_minutes bigint, out o_hours bigint, out o_days bigint)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    -- Whole hours and days, so that no period is half here and half there for long.
    v_minutes timestamptz := date_trunc('hour', p_now - p_keep_minutes, 'UTC');
    v_hours   timestamptz := date_trunc('day', p_now - p_keep_hours, 'UTC');
    v_days    timestamptz := date_trunc('day', p_now - p_keep_days, 'UTC');
begin
    if p_dry_run then
        select count(*) into o_minutes from (select from tenancy_usage.minutes where bucket < v_minutes limit p_most) as due;
        select count(*) into o_hours from (select from tenancy_usage.hours where bucket < v_hours limit p_most) as due;
        select count(*) into o_days from (select from tenancy_usage.days where bucket < v_days limit p_most) as due;
        return;
    end if;
    -- The days first, and the minutes last: what a step moves is not for the next one.
    delete from tenancy_usage.days where (tenant, bucket) in (
        select tenant, bucket from tenancy_usage.days where bucket < v_days order by 2, 1 limit p_most for update skip locked);
    get diagnostics o_days = row_count;
    o_hours := tenancy_usage.move('hours', 'days', 'day', v_hours, p_most);
    o_minutes := tenancy_usage.move('minutes', 'hours', 'hour', v_minutes, p_most);
    delete from tenancy_usage.nodes where seen < p_now - interval '7 days';
    delete from tenancy_usage.alerts where raised < p_now::date - 62;
end $$;

create or replace function tenancy_usage.move(p_from name, p_to name, p_period text, p_before timestamptz, p_most integer) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_moved bigint;
begin
    execute format($sql$
        with old as (
            delete from tenancy_usage.%1$I where (tenant, bucket) in (
                select tenant, bucket from tenancy_usage.%1$I where bucket < $1 order by 2, 1 limit $2 for update skip locked)
            returning *
        ), summed as (
            insert into tenancy_usage.%2$I as t
                (tenant, bucket, requests, rejections, database_time, row_count, byte_count, pages, queue_time, storage)
            select tenant, date_trunc(%3$L, bucket, 'UTC'), sum(requests), sum(rejections), sum(database_time), sum(row_count),
                   sum(byte_count), sum(pages), sum(queue_time), max(storage)
            from old group by 1, 2 order by 1, 2
            on conflict (tenant, bucket) do update set
                requests = t.requests + excluded.requests, rejections = t.rejections + excluded.rejections,
                database_time = t.database_time + excluded.database_time, row_count = t.row_count + excluded.row_count,
                byte_count = t.byte_count + excluded.byte_count, pages = t.pages + excluded.pages,
                queue_time = t.queue_time + excluded.queue_time, storage = greatest(t.storage, excluded.storage)
        )
        select count(*) from old
        $sql$, p_from, p_to, p_period) into v_moved using p_before, p_most;
    return v_moved;
end $$;

-- A tenant's use by minute, hour or day. Minutes that were moved to their hour are no minutes any more.
create or replace function tenancy_usage.history(p_tenant uuid, p_period text, p_from timestamptz, p_to timestamptz)
returns table (o_bucket timestamptz, o_requests bigint, o_rejections bigint, o_database_time bigint, o_row_count bigint,
    o_byte_count bigint, o_pages bigint, o_queue_time bigint, o_storage bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select date_trunc(p_period, bucket, 'UTC'), sum(requests)::bigint, sum(rejections)::bigint, sum(database_time)::bigint,
           sum(row_count)::bigint, sum(byte_count)::bigint, sum(pages)::bigint, sum(queue_time)::bigint, max(storage)
    from (
        select * from tenancy_usage.minutes
        union all
        select * from tenancy_usage.hours where p_period in ('hour', 'day')
        union all
        select * from tenancy_usage.days where p_period = 'day'
    ) as kept
    where tenant = p_tenant and bucket >= date_trunc(p_period, p_from, 'UTC') and bucket < p_to
    group by 1 order by 1
$$;

create or replace function tenancy_usage.sums(p_from timestamptz, p_to timestamptz)
returns table (o_tenant uuid, o_requests bigint, o_rejections bigint, o_database_time bigint, o_row_count bigint,
    o_byte_count bigint, o_pages bigint, o_queue_time bigint, o_storage bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select tenant, sum(requests)::bigint, sum(rejections)::bigint, sum(database_time)::bigint, sum(row_count)::bigint,
           sum(byte_count)::bigint, sum(pages)::bigint, sum(queue_time)::bigint, max(storage)
    from tenancy_usage.all_buckets where bucket >= p_from and bucket < p_to
    group by tenant order by tenant
$$;

-- The lines of least squares through whole days up to p_today. A day without use counts as zero from the first one on;
-- one on which storage was not measured is left out.
create or replace function tenancy_usage.trends(p_today date, p_days integer, p_least integer)
returns table (o_tenant uuid, o_metric integer, o_days bigint, o_today double precision, o_per_day double precision)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with used as (
        select tenant, (bucket at time zone 'UTC')::date as day, sum(requests) as requests, sum(rejections) as rejections,
               sum(database_time) as database_time, sum(row_count) as row_count, sum(byte_count) as byte_count, sum(pages) as pages,
               sum(queue_time) as queue_time, max(storage) as storage
        from tenancy_usage.all_buckets
        where bucket >= (p_today - p_days)::timestamp at time zone 'UTC' and bucket < p_today::timestamp at time zone 'UTC'
        group by 1, 2
    ), daily as (
        select first.tenant, every.day::date as day, used.storage, coalesce(requests, 0) as requests, coalesce(rejections, 0) as rejections,
               coalesce(database_time, 0) as database_time, coalesce(row_count, 0) as row_count, coalesce(byte_count, 0) as byte_count,
               coalesce(pages, 0) as pages, coalesce(queue_time, 0) as queue_time
        from (select tenant, min(day) as day from used group by tenant) as first
        cross join lateral generate_series(first.day::timestamp, (p_today - 1)::timestamp, interval '1 day') as every (day)
        left join used on used.tenant = first.tenant and used.day = every.day::date
    )
    select d.tenant, v.metric, count(v.value), regr_intercept(v.value, d.day - p_today), regr_slope(v.value, d.day - p_today)
    from daily d cross join lateral (values (0, d.requests), (1, d.rejections), (2, d.database_time), (3, d.row_count),
        (4, d.byte_count), (5, d.pages), (6, d.queue_time), (7, d.storage)) as v (metric, value)
    group by d.tenant, v.metric having count(v.value) >= greatest(2, p_least) and max(v.value) > 0
    order by 1, 2
$$;

-- Whether it falls to the caller to do what is done once in a while by one of all processes.
create or replace function tenancy_usage.claim(p_name text, p_every interval) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into tenancy_usage.tasks as t (name, due) values (p_name, clock_timestamp() + p_every)
        on conflict (name) do update set due = excluded.due where t.due <= clock_timestamp();
    return found;
end $$;

-- Whether somebody is to be told that a quota comes to its end: not again on the same day.
create or replace function tenancy_usage.raise_alert(p_tenant uuid, p_policy text, p_day date) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into tenancy_usage.alerts as a (tenant, policy, raised) values (p_tenant, p_policy, p_day)
        on conflict (tenant, policy) do update set raised = excluded.raised where a.raised < excluded.raised;
    return found;
end $$;

revoke all on schema tenancy_usage from public;
revoke execute on all functions in schema tenancy_usage from public;
grant usage on schema tenancy_usage to {catalog};
grant execute on all functions in schema tenancy_usage to {catalog};
revoke execute on function tenancy_usage.move(name, name, text, timestamptz, integer) from {catalog};
reset role;
