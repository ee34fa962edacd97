-- The tenant in scope; an error where there is none. STABLE, never IMMUTABLE, or a cached plan would keep a tenant.
-- A single expression, which the planner inlines: a policy costs one reading of a setting per statement.
create or replace function tenancy.current_tenant() returns uuid
language sql stable security invoker parallel safe
    return coalesce(nullif(pg_catalog.current_setting('tenancy.tenant', true), '')::uuid, tenancy.no_tenant());

-- The same, for policies that were made while the database was at another level.
{scope_view}
