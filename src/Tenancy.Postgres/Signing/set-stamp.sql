pg_catalog.set_config('tenancy.stamp', pg_catalog.concat(tenant::pg_catalog.text, '.', pg_catalog.encode(pg_catalog.sha384(
                    k.stamp_key operator(pg_catalog.||) pg_catalog.convert_to(tenant::pg_catalog.text, 'UTF8') operator(pg_catalog.||)
                    pg_catalog.int4send(pg_catalog.pg_backend_pid()) operator(pg_catalog.||)
                    pg_catalog.timestamptz_send(pg_catalog.now())), 'hex'), '.', key), true)