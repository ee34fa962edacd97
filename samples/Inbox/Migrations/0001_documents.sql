create table documents (
    id      uuid primary key default gen_random_uuid(),
    title   text not null,
    body    text not null,
    created timestamptz not null default now()
);
create index documents_created on documents (created);
select tenancy.isolate('documents');
