case when timeout is not null then pg_catalog.set_config('statement_timeout', timeout::pg_catalog.text, true) end,
            case when idle is not null then pg_catalog.set_config('idle_in_transaction_session_timeout', idle::pg_catalog.text, true) end,
            case when memory is not null then pg_catalog.set_config('work_mem', memory::pg_catalog.text, true) end,
            case when files is not null then pg_catalog.set_config('temp_file_limit', files::pg_catalog.text, true) end