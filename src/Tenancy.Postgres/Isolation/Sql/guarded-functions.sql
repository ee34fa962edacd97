-- Functions that PUBLIC may call by default and no tenant may: a pattern of the name, what follows when a tenant can call
-- it, and why. 'fatal': the isolation does not hold, serving is refused. 'state': it outlives the lease, so the pool
-- keeps the reset. One list for the script that revokes and for the proof that looks.
(values
    ('^set_config$',                             'fatal', 'a statement could change the tenant in scope'),
    ('^pg_(terminate|cancel)_backend$',          'fatal', 'a tenant could end the work of another'),
    ('^pg_stat_get_(backend_)?activity$',        'fatal', 'a tenant could read the statements of others'),
    ('^(lo_.*|loread|lowrite)$',                 'fatal', 'large objects have no row security'),
    ('^pg_prepared_statement$',                  'fatal', 'a tenant could read the statements of others'),
    ('^pg_stat_statements',                      'fatal', 'a tenant could read the statements of others'),
    ('^pg_logical_emit_message$',                'fatal', 'a tenant could write to the replication stream'),
    ('^pg_(try_)?advisory_lock(_shared)?$',      'state', 'a lock would outlive the lease'),
    ('^(lastval|currval)$',                      'state', 'it tells what the tenant before inserted'),
    ('^setseed$',                                'state', 'the next tenant''s random() would be predictable'),
    ('^set_limit$',                              'state', 'the next tenant''s search results would change')
) as guarded (pattern, severity, reason)
