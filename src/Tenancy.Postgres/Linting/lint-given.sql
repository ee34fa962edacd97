-- Stands ahead of every rule. What is given: the login that serves requests, the tenant a database belongs to, functions
-- that are trusted, the server's version, the installed and the needed version of our schema, and its functions; schemas that are guarded by the search_path alone; how the scope is kept.
with given as (
    select $1::name as role, $2::uuid as identity, $3::oid[] as trusted, $4::integer as server,
           $5::integer as installed, $6::integer as needed, $7::text[] as names, $8::text[] as bodies,
           $9::boolean[] as definers, $10::text[] as only_found, $11::text as level
)
