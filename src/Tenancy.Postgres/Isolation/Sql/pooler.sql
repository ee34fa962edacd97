-- Lets PgBouncer ask for the verifier of a login, by auth_query: of those that may connect to this very database, and of
-- none that could do more than serve requests. Run by a superuser, who alone can read verifiers; harmless when run again.
create schema if not exists tenancy_pooler;
revoke all on schema tenancy_pooler from public;
grant usage on schema tenancy_pooler to {pooler};

create or replace function tenancy_pooler.secret_of(login text) returns table (usename name, passwd text)
language sql stable strict security definer set search_path = pg_catalog, pg_temp as $secret_of$
    select r.rolname, r.rolpassword
    from pg_catalog.pg_authid r
    where r.rolname = login and r.rolcanlogin and not (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication)
      and (r.rolvaliduntil is null or r.rolvaliduntil > pg_catalog.now())
      and pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'CONNECT')
$secret_of$;

revoke all on function tenancy_pooler.secret_of(text) from public;
grant execute on function tenancy_pooler.secret_of(text) to {pooler};
grant connect on database {database} to {pooler};
