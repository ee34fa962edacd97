-- severity: error
-- proof: role-attribute
-- title: The login has an attribute that row security does not bind
-- why: A superuser or BYPASSRLS role sees every tenant; the others can make themselves such a role, or copy the server.
-- remedy: alter role app nosuperuser nobypassrls nocreaterole nocreatedb noreplication;
select app.rolname::text,
       format('The role %s is %s.', app.login, attribute.name),
       format('alter role %s %s;', app.login, attribute.remedy)
from app
cross join lateral (values
    (app.rolsuper, 'a superuser', 'nosuperuser'), (app.rolbypassrls, 'BYPASSRLS', 'nobypassrls'),
    (app.rolcreaterole, 'CREATEROLE', 'nocreaterole'), (app.rolcreatedb, 'CREATEDB', 'nocreatedb'),
    (app.rolreplication, 'REPLICATION', 'noreplication')) as attribute (held, name, remedy)
where attribute.held
