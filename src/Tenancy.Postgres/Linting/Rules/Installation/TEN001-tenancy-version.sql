-- severity: error
-- proof: tenancy-missing, tenancy-version, tenancy-level
-- title: The tenancy schema is missing, or of another version
-- why: Without it nothing enters a tenant's scope, and nothing guards a table.
-- remedy: Run IPostgresInstaller.InstallAsync as an administrator; it is harmless to run again.
select current_database()::text,
       case when installed is null then 'The tenancy schema is missing, or the login may not use it.'
            else format('The tenancy schema has version %s; this library needs %s.', installed, needed) end,
       null
from given where installed is distinct from needed
