(pg_catalog.current_setting('tenancy.token', true) operator(pg_catalog.<>) '') is not true
        and coalesce(tenancy.identity()::pg_catalog.text operator(pg_catalog.=) pg_catalog.split_part(token, '.', 2), true)
        and pg_catalog.split_part(token, '.', 3)::pg_catalog.float8
            operator(pg_catalog.<=) (pg_catalog.date_part('epoch', pg_catalog.statement_timestamp()) operator(pg_catalog.+) 60)
        and pg_catalog.pg_my_temp_schema() operator(pg_catalog.=) 0
