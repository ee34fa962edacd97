-- Which scans are to be read. Run by a superuser in the catalog's database; harmless when run again.
create schema if not exists inbox_queue authorization tenancy_owner;
set local role tenancy_owner;

-- Ids and times only: what is read, and what went wrong with it, is in the tenant's own tables.
create table if not exists inbox_queue.scans (
    tenant    uuid        not null,
    scan      uuid        not null,
    available timestamptz not null,
    lease     uuid,
    attempts  integer     not null default 0,
    announced timestamptz not null default now(),
    primary key (tenant, scan)
);
create index if not exists scans_available on inbox_queue.scans (available);
comment on column inbox_queue.scans.available is 'From when on a worker may take it: a lease that nobody renewed ends by itself.';
comment on column inbox_queue.scans.lease is 'Who works on it; whoever holds another may not change the row.';

revoke all on schema inbox_queue from public;
grant usage on schema inbox_queue to {catalog};
grant select, insert, update, delete on inbox_queue.scans to {catalog};
reset role;
