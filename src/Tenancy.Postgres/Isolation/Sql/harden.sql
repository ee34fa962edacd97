-- Hardens one database: what PUBLIC may do by default and no tenant may. Run by a superuser; harmless when run again.
-- Privileges on functions are stored per database and copied with a template; those on the database itself are not.
revoke connect, create, temporary on database {database} from public;
revoke all on schema public from public;
-- Of the whole server, and a superuser's to give: a tier can then limit temporary files.
grant set on parameter temp_file_limit to {owner};

-- Who sees the locks of others could take the slots that they are about to free.
revoke execute on function pg_catalog.pg_lock_status() from public;
grant execute on function pg_catalog.pg_lock_status() to {tools};

do $harden$
declare
    guarded_function pg_catalog.regprocedure;
begin
    for guarded_function in
        select distinct f.oid::pg_catalog.regprocedure
        from pg_catalog.pg_proc f
        join {guarded_functions} on f.proname ~ guarded.pattern
        where f.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
           or exists (select from pg_catalog.pg_depend d
                      where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = f.oid and d.deptype = 'e')
    loop
        execute pg_catalog.format('revoke execute on function %s from public', guarded_function);
        execute pg_catalog.format('grant execute on function %s to {tools}', guarded_function);
    end loop;
end
$harden$;
