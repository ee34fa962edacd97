-- Of a long text the beginning: a tsvector holds at most 1 MiB, and a document that does not fit could not be stored.
alter table documents add column search tsvector not null generated always as (
    setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', left(body, 100000)), 'B')) stored;

-- Under row security @@ is never an index condition, since it is not leakproof: there the index would only cost. A tenant
-- finds its own rows by documents_page, and they are looked through. See docs/full-text-search.md.
do $search$
begin
    if tenancy.identity() is not null then
        create index documents_search on documents using gin (search);
    end if;
end
$search$;
