(timeout is null or pg_catalog.set_config('statement_timeout', timeout::pg_catalog.text, true) is not null)
        and (idle is null or pg_catalog.set_config('idle_in_transaction_session_timeout', idle::pg_catalog.text, true) is not null)
        and (memory is null or pg_catalog.set_config('work_mem', memory::pg_catalog.text, true) is not null)
        and (files is null or pg_catalog.set_config('temp_file_limit', files::pg_catalog.text, true) is not null)