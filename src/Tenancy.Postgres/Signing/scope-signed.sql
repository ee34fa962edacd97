coalesce((
        select pg_catalog.split_part(pg_catalog.current_setting('tenancy.token', true), '.', 2)::pg_catalog.uuid
        from tenancy.signing_keys k
        where case when pg_catalog.split_part(pg_catalog.current_setting('tenancy.token', true), '.', 1) operator(pg_catalog.=) tenancy.signature(
                            k.inner_pad, k.outer_pad, pg_catalog.current_setting('tenancy.token', true), pg_catalog.pg_backend_pid())
                   then pg_catalog.split_part(pg_catalog.current_setting('tenancy.token', true), '.', 3)::pg_catalog.float8
                        operator(pg_catalog.>=) pg_catalog.date_part('epoch', current_timestamp) end), tenancy.no_scope())
