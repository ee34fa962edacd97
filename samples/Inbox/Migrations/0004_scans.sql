-- A document whose text is read from a file: how far that is, the file, and the pages as they come.
create table scans (
    id         uuid primary key,
    media_type text not null,
    pages      integer,
    held       integer not null,
    outcome    text,
    error      text,
    created    timestamptz not null default now(),
    finished   timestamptz
);
comment on column scans.pages is 'How many the file has; null until somebody has counted them.';
comment on column scans.held is 'Pages that were counted against the quota when the file was taken in.';
comment on column scans.outcome is 'done or failed; null while there is work left.';

create table scan_files (
    scan_id uuid primary key references scans on delete cascade,
    content bytea not null
);
-- Images and PDFs are compressed already.
alter table scan_files alter column content set storage external;

-- The key makes it idempotent: a page that is read twice is stored once.
create table scan_pages (
    scan_id uuid not null references scans on delete cascade,
    number  integer not null,
    width   integer not null,
    height  integer not null,
    engine  text,
    text    text not null,
    lines   jsonb not null,
    primary key (scan_id, number)
);
select tenancy.isolate('scans', 'scan_files', 'scan_pages');

-- Who removes a document removes its scan, also one that is being read.
alter table scans add foreign key (tenant_id, id) references documents (tenant_id, id) on delete cascade;
