-- severity: warning
-- title: The server's log records the values of parameters
-- why: The log is nobody's table: it shows every tenant's data to whoever may read it.
-- remedy: alter database … set log_parameter_max_length = 0;
select fault.name, format('%s, so that the server''s log shows values of rows.', fault.problem), fault.remedy
from app cross join lateral (values
    ('log_parameter_max_length', 'Statements are logged with their parameters',
     format('alter database %s set log_parameter_max_length = 0;', app.database),
     current_setting('log_parameter_max_length') <> '0'
         and (current_setting('log_statement') in ('mod', 'all') or current_setting('log_min_duration_statement') <> '-1'
              or current_setting('log_min_duration_sample') <> '-1' or current_setting('log_transaction_sample_rate') <> '0')),
    ('log_parameter_max_length_on_error', 'Failed statements are logged with their parameters',
     format('alter database %s set log_parameter_max_length_on_error = 0;', app.database),
     current_setting('log_parameter_max_length_on_error') <> '0'),
    ('auto_explain.log_parameter_max_length', 'auto_explain logs parameters',
     format('alter database %s set auto_explain.log_parameter_max_length = 0;', app.database),
     current_setting('auto_explain.log_min_duration', true) <> '-1'
         and current_setting('auto_explain.log_parameter_max_length', true) <> '0'))
    as fault (name, problem, remedy, present)
where fault.present
