-- Drawn anew by each write: the ETag of the document.
alter table documents add column revision uuid not null default gen_random_uuid();

-- The order in which pages are read, down to the last tie. Written tenant-first, since the table is isolated already.
drop index documents_created;
create index documents_page on documents (tenant_id, created, id);
