-- What all processes count of tenants' limits. Run by a superuser in the catalog's database; harmless when run again.
create schema if not exists tenancy_limits authorization {owner};
set local role {owner};

-- One row for each tenant and rate: the theoretical arrival time of GCRA, in nanoseconds of this server's clock. Unlogged:
-- after a crash of the server rows are made anew, full, which admits one more burst at most.
create unlogged table if not exists tenancy_limits.rates (
    tenant uuid   not null,
    policy text   not null collate "C",
    tat    bigint not null,
    room   double precision not null,
    grants bigint not null default 0,
    primary key (tenant, policy)
) with (fillfactor = 40);

-- What was leased of a day's or month's quota. Logged: a crash must not give a quota twice.
create table if not exists tenancy_limits.quotas (
    tenant uuid    not null,
    policy text    not null collate "C",
    period integer not null,
    used   bigint  not null,
    grants bigint  not null default 0,
    primary key (tenant, policy)
) with (fillfactor = 70);

-- Logged: after a crash those that lease must not be fewer than they are.
create table if not exists tenancy_limits.nodes (
    id     uuid        primary key,
    joined timestamptz not null,
    seen   timestamptz not null
);

-- Says that a process is alive; returns how many are, and for how long this one has been.
create or replace function tenancy_limits.beat(p_node uuid, p_lifetime interval, out o_nodes integer, out o_age double precision)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_now  timestamptz := clock_timestamp();
    v_seen timestamptz;
begin
    select seen into v_seen from tenancy_limits.nodes where id = p_node;
    if v_seen is null or v_seen < v_now - p_lifetime then
        -- New, or silent for so long that others leased without it: it begins anew.
        insert into tenancy_limits.nodes values (p_node, v_now, v_now)
            on conflict (id) do update set joined = excluded.joined, seen = excluded.seen;
        delete from tenancy_limits.nodes
            where id in (select id from tenancy_limits.nodes where seen < v_now - 2 * p_lifetime for update skip locked);
    elsif v_seen < v_now - p_lifetime / 5 then
        update tenancy_limits.nodes set seen = v_now where id = p_node;
    end if;
    select greatest(1, count(*) filter (where seen > v_now - p_lifetime or id = p_node)),
           extract(epoch from v_now - min(joined) filter (where id = p_node))
        into o_nodes, o_age from tenancy_limits.nodes;
end $$;

-- Leases permits of rates. p_interval: nanoseconds for a permit. p_hold: what all processes may have leased ahead.
create or replace function tenancy_limits.lease(
    p_nodes integer, p_probation boolean, p_strict boolean, p_tenant uuid[], p_policy text[], p_interval double precision[],
    p_burst bigint[], p_hold double precision[], p_want bigint[], p_must bigint[], p_largest bigint[], p_held bigint[], p_back bigint[])
returns table (o_index bigint, o_granted bigint, o_left double precision)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    v_now   bigint;
    v_found bigint;
begin
    -- Locks in one order, so that no two calls wait for each other.
    select count(*) into v_found from (
        select from tenancy_limits.rates r join unnest(p_tenant, p_policy) as u (tenant, policy)
            on r.tenant = u.tenant and r.policy = u.policy
        order by r.tenant, r.policy for update of r) as locked;
    if v_found < cardinality(p_tenant) then
        insert into tenancy_limits.rates (tenant, policy, tat, room)
            select u.tenant, u.policy, 0, 0 from unnest(p_tenant, p_policy) as u (tenant, policy) order by 1, 2
            on conflict do nothing;
        perform from tenancy_limits.rates r join unnest(p_tenant, p_policy) as u (tenant, policy)
            on r.tenant = u.tenant and r.policy = u.policy
        order by r.tenant, r.policy for update of r;
    end if;

    -- The clock only after the locks: one read before them, and the clamp below, would give permits twice.
    v_now := (extract(epoch from clock_timestamp()) * 1000000)::bigint * 1000;

    return query
    with asked as (
        select *, floor(hold / p_nodes) as fair, burst * step as full_room
        from unnest(p_tenant, p_policy, p_interval, p_burst, p_hold, p_want, p_must, p_largest, p_held, p_back)
            with ordinality as u (tenant, policy, step, burst, hold, want, must, largest, held, back, index)
    ), levels as (
        select a.*,
            -- What strict mode keeps back is what may be leased ahead.
            case when p_strict then a.burst - p_nodes * a.fair else a.burst end as capacity,
            case when not p_strict then greatest(a.held + a.must, greatest(1, a.fair))
                when p_probation or a.fair < 1 then a.held + a.must
                when a.largest > a.fair then a.held + a.must
                else a.fair end - a.held as most,
            -- How far the bucket is from full, in nanoseconds: after a change of the tier the same part of it. A clock that
            -- was set back, or a debt, holds nobody for longer than an hour.
            greatest(0, least(
                (r.tat - v_now) * case when r.room > 0 then a.full_room / r.room else 1 end,
                a.full_room + 3.6e12) - a.back * a.step) as ahead
        from asked a join tenancy_limits.rates r on r.tenant = a.tenant and r.policy = a.policy
    ), granted as (
        select l.*, greatest(0, least(l.want, l.most, floor((l.capacity * l.step - l.ahead) / l.step + 1e-9))) as grant_now
        from levels l
    )
    update tenancy_limits.rates r
        set tat = v_now + ceil(greatest(g.ahead, 0) + g.grant_now * g.step)::bigint, room = g.full_room, grants = g.grant_now::bigint
        from granted g where r.tenant = g.tenant and r.policy = g.policy
        returning g.index, r.grants, g.capacity - (r.tat - v_now) / g.step;
end $$;

-- Leases of quotas. A return counts only for the window it was leased in; a debt counts for the current one.
create or replace function tenancy_limits.take(
    p_nodes integer, p_tenant uuid[], p_policy text[], p_month boolean[], p_quota bigint[], p_want bigint[], p_must bigint[],
    p_back bigint[], p_window integer[])
returns table (o_index bigint, o_granted bigint, o_left double precision, o_window integer, o_ends double precision)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare
    v_now   timestamp;
    v_found bigint;
begin
    select count(*) into v_found from (
        select from tenancy_limits.quotas q join unnest(p_tenant, p_policy) as u (tenant, policy)
            on q.tenant = u.tenant and q.policy = u.policy
        order by q.tenant, q.policy for update of q) as locked;
    if v_found < cardinality(p_tenant) then
        insert into tenancy_limits.quotas (tenant, policy, period, used)
            select u.tenant, u.policy, 0, 0 from unnest(p_tenant, p_policy) as u (tenant, policy) order by 1, 2
            on conflict do nothing;
        perform from tenancy_limits.quotas q join unnest(p_tenant, p_policy) as u (tenant, policy)
            on q.tenant = u.tenant and q.policy = u.policy
        order by q.tenant, q.policy for update of q;
    end if;

    v_now := clock_timestamp() at time zone 'UTC';

    return query
    with asked as (
        select *, case when month then (extract(year from v_now) * 12 + extract(month from v_now))::integer
                       else v_now::date - date '1970-01-01' end as today
        from unnest(p_tenant, p_policy, p_month, p_quota, p_want, p_must, p_back, p_window)
            with ordinality as u (tenant, policy, month, quota, want, must, back, period, index)
    ), levels as (
        -- A clock that was set back does not begin an old window anew.
        select a.*, greatest(a.today, q.period) as now_period,
            greatest(0, case when a.today > q.period then 0 else q.used end
                - case when a.back < 0 or a.period = greatest(a.today, q.period) then a.back else 0 end) as taken
        from asked a join tenancy_limits.quotas q on q.tenant = a.tenant and q.policy = a.policy
    ), granted as (
        -- Never more ahead than half of an even part of what is left, so that the last ones go to whoever needs them.
        select l.*, greatest(0, least(l.want, l.quota - l.taken, greatest(l.must, (l.quota - l.taken) / (2 * p_nodes)))) as grant_now
        from levels l
    )
    update tenancy_limits.quotas q set period = g.now_period, used = g.taken + g.grant_now, grants = g.grant_now
        from granted g where q.tenant = g.tenant and q.policy = g.policy
        returning g.index, q.grants, (g.quota - q.used)::double precision, g.now_period, extract(epoch from
            case when g.month then date_trunc('month', v_now) + interval '1 month' else date_trunc('day', v_now) + interval '1 day' end
            - v_now)::double precision;
end $$;

create or replace function tenancy_limits.leave(p_node uuid) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    delete from tenancy_limits.nodes where id = p_node;
$$;

-- Rows of tenants that have rested are as good as none.
create or replace function tenancy_limits.tidy() returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    delete from tenancy_limits.rates where (tenant, policy) in (
        select tenant, policy from tenancy_limits.rates
        where tat < (extract(epoch from clock_timestamp()) - 86400)::bigint * 1000000000 order by 1, 2 for update skip locked);
    delete from tenancy_limits.quotas where (tenant, policy) in (
        select tenant, policy from tenancy_limits.quotas where period > 0 and
            case when policy like '%-month' then period < extract(year from now()) * 12 + extract(month from now()) - 1
                 else period < now()::date - date '1970-01-02' end
        order by 1, 2 for update skip locked);
$$;

revoke all on schema tenancy_limits from public;
revoke execute on all functions in schema tenancy_limits from public;
grant usage on schema tenancy_limits to {catalog};
grant execute on all functions in schema tenancy_limits to {catalog};
reset role;
