(coalesce(tenancy.identity(), tenant) operator(pg_catalog.=) tenant
                and issued operator(pg_catalog.>=) (pg_catalog.clock_timestamp() operator(pg_catalog.-) '30 s'::pg_catalog.interval)
                and issued operator(pg_catalog.<=) (pg_catalog.clock_timestamp() operator(pg_catalog.+) '30 s'::pg_catalog.interval)
                and pg_catalog.sha256(k.outer_pad operator(pg_catalog.||) pg_catalog.sha256(
                    k.inner_pad operator(pg_catalog.||) pg_catalog.uuid_send(tenant) operator(pg_catalog.||)
                    pg_catalog.timestamptz_send(issued) operator(pg_catalog.||)
                    pg_catalog.int4send(case when bound then pg_catalog.pg_backend_pid() else 0 end)))
                    operator(pg_catalog.=) mac
                and coalesce(nullif(pg_catalog.left(pg_catalog.current_setting('tenancy.stamp', true), 36), ''), tenant::pg_catalog.text)
                    operator(pg_catalog.=) tenant::pg_catalog.text
                and pg_catalog.pg_my_temp_schema() operator(pg_catalog.=) 0
                and (bound or not tenancy.is_dirty())) is true