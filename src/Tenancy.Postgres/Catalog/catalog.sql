-- The registry of tenants. Run by a superuser in the catalog's database; harmless when run again.
create schema if not exists tenancy_catalog authorization {owner};
set local role {owner};

create table if not exists tenancy_catalog.tiers (
    name      text   primary key check (name ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
    isolation text   not null check (isolation in ('row', 'schema', 'database')),
    limits    jsonb  not null default '{}' check (jsonb_typeof(limits) = 'object'),
    revision  bigint not null default 0
);

create table if not exists tenancy_catalog.tenants (
    id                uuid        primary key,
    slug              text        not null unique check (slug ~ '^[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])$'),
    name              text        not null check (length(name) between 1 and 200),
    tier              text        not null references tenancy_catalog.tiers,
    status            text        not null check (status in ('provisioning', 'active', 'suspended', 'deleting')),
    isolation         text        not null check (isolation in ('row', 'schema', 'database')),
    server            text        not null,
    database          text        not null,
    schema            text        not null,
    settings          jsonb       not null default '{}' check (jsonb_typeof(settings) = 'object'),
    migration_version integer     not null default 0 check (migration_version >= 0),
    created           timestamptz not null,
    version           bigint      not null default 1,
    revision          bigint      not null default 0
);
alter table tenancy_catalog.tenants add column if not exists
    guard text not null default 'rowsecurity' check (guard in ('rowsecurity', 'role', 'searchpath'));
create index if not exists tenants_revision on tenancy_catalog.tenants (revision);

-- Readers fetch what changed since the revision they have; a removal has to leave a trace for that.
create table if not exists tenancy_catalog.removed (
    id       uuid        primary key,
    removed  timestamptz not null default now(),
    revision bigint      not null
);
create index if not exists removed_revision on tenancy_catalog.removed (revision);

create sequence if not exists tenancy_catalog.revisions;

-- Takes the lock before the number, so that revisions become visible in their order and no reader skips one.
create or replace function tenancy_catalog.next_revision() returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_catalog.pg_advisory_xact_lock(7305809);
    perform pg_catalog.pg_notify('tenancy_catalog', '');
    return pg_catalog.nextval('tenancy_catalog.revisions');
end $$;

create or replace function tenancy_catalog.stamp() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        insert into tenancy_catalog.removed (id, revision) values (old.id, tenancy_catalog.next_revision())
            on conflict (id) do update set revision = excluded.revision, removed = excluded.removed;
        delete from tenancy_catalog.removed where removed < pg_catalog.now() - interval '7 days';
        return old;
    end if;
    new.revision := tenancy_catalog.next_revision();
    return new;
end $$;

create or replace trigger stamp before insert or update or delete on tenancy_catalog.tenants
    for each row execute function tenancy_catalog.stamp();
create or replace trigger stamp before insert or update on tenancy_catalog.tiers
    for each row execute function tenancy_catalog.stamp();

revoke all on schema tenancy_catalog from public;
revoke execute on all functions in schema tenancy_catalog from public;
grant usage on schema tenancy_catalog to {catalog};
grant select, insert, update, delete on tenancy_catalog.tenants to {catalog};
grant select, insert, update on tenancy_catalog.tiers to {catalog};
grant select on tenancy_catalog.removed to {catalog};
reset role;
