coalesce((
        select pg_catalog.substr(pg_catalog.current_setting('tenancy.token', true), 65, 36)::pg_catalog.uuid
        from tenancy.signing_keys k
        where case when pg_catalog.starts_with(pg_catalog.current_setting('tenancy.token', true), tenancy.signature(
                            k.inner_pad, k.outer_pad, pg_catalog.substr(pg_catalog.current_setting('tenancy.token', true), 65), pg_catalog.pg_backend_pid()))
                   then pg_catalog.substr(pg_catalog.current_setting('tenancy.token', true), 101)::pg_catalog.float8
                        operator(pg_catalog.>=) pg_catalog.date_part('epoch', pg_catalog.now()) end), tenancy.no_scope())
