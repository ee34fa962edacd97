-- Session attestation (docs/decisions/0011): what a session could have kept from whoever used it before. None of these has
-- a SET clause, which would look like a setting that was left, so that every name and operator in them is qualified.

-- What is compared often: settings that change what is read, written or waited for.
create or replace function tenancy.watched_settings() returns text language sql stable parallel safe
    return pg_catalog.concat_ws('/',
        pg_catalog.current_setting('role'), pg_catalog.current_setting('search_path'), pg_catalog.current_setting('row_security'),
        pg_catalog.current_setting('statement_timeout'), pg_catalog.current_setting('lock_timeout'),
        pg_catalog.current_setting('idle_in_transaction_session_timeout'), pg_catalog.current_setting('default_transaction_isolation'),
        pg_catalog.current_setting('default_transaction_read_only'), pg_catalog.current_setting('default_transaction_deferrable'),
        pg_catalog.current_setting('synchronous_commit'), pg_catalog.current_setting('work_mem'),
        pg_catalog.current_setting('default_text_search_config'), pg_catalog.current_setting('IntervalStyle'),
        pg_catalog.current_setting('bytea_output'), pg_catalog.current_setting('extra_float_digits'),
        pg_catalog.current_setting('xmloption'), pg_catalog.current_setting('array_nulls'),
        pg_catalog.current_setting('transform_null_equals'), pg_catalog.current_setting('backslash_quote'),
        pg_catalog.current_setting('lc_monetary'), pg_catalog.current_setting('lc_numeric'), pg_catalog.current_setting('lc_time'),
        pg_catalog.current_setting('pg_trgm.similarity_threshold', true), pg_catalog.current_setting('pg_trgm.word_similarity_threshold', true),
        pg_catalog.current_setting('gin_fuzzy_search_limit'), pg_catalog.current_setting('xmlbinary'),
        pg_catalog.current_setting('timezone_abbreviations'), pg_catalog.current_setting('quote_all_identifiers'));

-- The same of a session that its client has alone, with those that a pooler keeps for each client itself.
create or replace function tenancy.session_settings() returns text language sql stable parallel safe
    return pg_catalog.concat_ws('/',
        tenancy.watched_settings(), pg_catalog.current_setting('TimeZone'), pg_catalog.current_setting('DateStyle'),
        pg_catalog.current_setting('client_encoding'), pg_catalog.current_setting('standard_conforming_strings'));

-- The same, and the minute, so that all the others are compared once a minute.
create or replace function tenancy.clean_now() returns text language sql stable parallel safe
    return pg_catalog.concat_ws('/', tenancy.watched_settings(), pg_catalog.floor(pg_catalog.extract('epoch', pg_catalog.now()) operator(pg_catalog./) 60));

-- Names of all settings that the session changed, with a hash of what to. Behind a pooler those are left out that it keeps
-- for each client itself; and always, what belongs to a transaction.
create or replace function tenancy.changed_settings(pooled boolean) returns text language sql stable
    return (
        select pg_catalog.string_agg(pg_catalog.concat(s.name, ':', pg_catalog.hashtext(s.setting)), ' ' order by s.name)
        from pg_catalog.pg_show_all_settings() s
        where s.source operator(pg_catalog.=) 'session' and s.setting is distinct from s.reset_val
          and s.name operator(pg_catalog.<>) all (array['transaction_isolation', 'transaction_read_only', 'transaction_deferrable', 'tenancy.clean', 'tenancy.tenant', 'tenancy.token'])
          and (not pooled or s.name operator(pg_catalog.<>) all (array['application_name', 'client_encoding', 'DateStyle', 'TimeZone', 'standard_conforming_strings'])));

-- A hash of what ALTER ROLE … SET gives every new session of this login; none where nothing.
create or replace function tenancy.role_settings() returns text language sql stable
    return (
        select pg_catalog.hashtextextended(pg_catalog.string_agg(pg_catalog.concat(s.setdatabase, s.setconfig), ' ' order by s.setdatabase), 0)::pg_catalog.text
        from pg_catalog.pg_db_role_setting s
        where s.setrole operator(pg_catalog.=) pg_catalog.to_regrole(pg_catalog.quote_ident(session_user))::pg_catalog.oid
          and (s.setdatabase operator(pg_catalog.=) 0
               or s.setdatabase operator(pg_catalog.=) (select d.oid from pg_catalog.pg_database d where d.datname operator(pg_catalog.=) pg_catalog.current_database())));

-- Names what a session was left with, beyond what is known of it; '' where there is nothing. Asked at the beginning of a
-- transaction: a lock that one takes looks like a session's.
create or replace function tenancy.leftovers(roles text, settings text, pooled boolean) returns text
language plpgsql volatile parallel unsafe as $leftovers$
begin
    return pg_catalog.concat_ws(', ',
        case when pg_catalog.length(pg_catalog.concat(pg_catalog.current_setting('tenancy.tenant', true), pg_catalog.current_setting('tenancy.token', true))) operator(pg_catalog.>) 0
             then 'another scope' end,
        case when pg_catalog.pg_my_temp_schema() operator(pg_catalog.<>) 0 then 'temporary objects' end,
        case when exists (select from pg_catalog.pg_prepared_statement() p
                          where p.from_sql or pooled and p.name operator(pg_catalog.!~) '^PGBOUNCER_') then 'prepared statements' end,
        case when exists (select from pg_catalog.pg_cursor() c where c.is_holdable) then 'held cursors' end,
        case when exists (select from pg_catalog.pg_listening_channels()) then 'listening' end,
        case when exists (select from pg_catalog.pg_lock_status() l
                          where l.locktype operator(pg_catalog.=) 'advisory' and l.pid operator(pg_catalog.=) pg_catalog.pg_backend_pid()) then 'advisory locks' end,
        case when tenancy.changed_settings(pooled) is distinct from settings then 'settings' end,
        case when tenancy.role_settings() is distinct from roles then 'role settings' end);
end
$leftovers$;

-- For a session that its client has alone: refuses one that was left with anything, and the client ends it.
create or replace function tenancy.attest(roles text, settings text) returns void
language plpgsql volatile security definer parallel unsafe as $attest$
declare
    found pg_catalog.text := tenancy.leftovers(roles, settings, false);
begin
    if found operator(pg_catalog.<>) '' then
        raise exception using errcode = 'TN001', message = pg_catalog.concat('tenancy: the session was left with ', found),
            hint = 'It is ended. Whoever leaves such things behind uses the login of the application: find it.';
    end if;
end
$attest$;

-- For a session that nobody has had: it can differ from others only by what its login was given meanwhile. The whole look
-- would be the half of what a new session costs.
create or replace function tenancy.attest_new(roles text) returns void
language plpgsql volatile security definer parallel unsafe as $attest_new$
begin
    if tenancy.role_settings() is distinct from roles then
        raise exception using errcode = 'TN001', message = 'tenancy: the session was left with role settings',
            hint = 'It is ended, and the isolation proven again.';
    end if;
end
$attest_new$;

-- The same, cheap enough for every lease, where the login may call what leaves things behind: all but the settings that are
-- not watched. What it was like is told by the client: a setting of the session could be forged.
create or replace function tenancy.attest_lease(roles text, settings text, watched text) returns void
language plpgsql volatile security definer parallel unsafe as $attest_lease$
declare
    found pg_catalog.text;
begin
    if pg_catalog.length(pg_catalog.concat(pg_catalog.current_setting('tenancy.tenant', true), pg_catalog.current_setting('tenancy.token', true))) operator(pg_catalog.>) 0
        or pg_catalog.pg_my_temp_schema() operator(pg_catalog.<>) 0
        or exists (select from pg_catalog.pg_prepared_statement() p where p.from_sql)
        or exists (select from pg_catalog.pg_cursor() c where c.is_holdable)
        or exists (select from pg_catalog.pg_listening_channels())
        or tenancy.session_settings() is distinct from watched
    then
        found := tenancy.leftovers(roles, settings, false);
        if found operator(pg_catalog.<>) '' then
            raise exception using errcode = 'TN001', message = pg_catalog.concat('tenancy: the session was left with ', found),
                hint = 'It is ended. Whoever leaves such things behind uses the login of the application: find it.';
        end if;
    end if;
    -- What cannot be looked for, or costs more than to undo it: locks, what random() would give, what lastval() would tell.
    perform pg_catalog.pg_advisory_unlock_all(),
        pg_catalog.setseed(pg_catalog.hashtextextended(pg_catalog.gen_random_uuid()::pg_catalog.text, 0)::pg_catalog.float8 operator(pg_catalog./) 9223372036854775808.0);
    discard sequences;
end
$attest_lease$;

-- For a session that a pooler hands out for one transaction. The client could only end its own connection, so the session
-- ends itself, and says why beforehand. Once per transaction, which is told by its time: nobody could have left that.
create or replace function tenancy.attest_pooled(roles text) returns void
language plpgsql volatile security definer parallel unsafe as $attest_pooled$
declare
    started pg_catalog.text := pg_catalog.extract('epoch', pg_catalog.now())::pg_catalog.text;
    found pg_catalog.text;
begin
    if pg_catalog.current_setting('tenancy.attested', true) operator(pg_catalog.=) started then
        return;
    end if;
    if pg_catalog.length(pg_catalog.concat(pg_catalog.current_setting('tenancy.tenant', true), pg_catalog.current_setting('tenancy.token', true))) operator(pg_catalog.>) 0
        or pg_catalog.pg_my_temp_schema() operator(pg_catalog.<>) 0
        or exists (select from pg_catalog.pg_prepared_statement() p where p.from_sql or p.name operator(pg_catalog.!~) '^PGBOUNCER_')
        or exists (select from pg_catalog.pg_cursor() c where c.is_holdable)
        or exists (select from pg_catalog.pg_listening_channels())
        or tenancy.clean_now() is distinct from pg_catalog.current_setting('tenancy.clean', true)
    then
        found := tenancy.leftovers(roles, null, true);
        if found operator(pg_catalog.<>) '' then
            perform pg_catalog.set_config('client_min_messages', 'notice', true);
            raise notice using errcode = 'TN001', message = pg_catalog.concat('tenancy: the session was left with ', found);
            perform pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid());
            raise exception using errcode = 'TN001', message = pg_catalog.concat('tenancy: the session was left with ', found);
        end if;
        perform pg_catalog.set_config('tenancy.clean', tenancy.clean_now(), false);
    end if;
    -- Session-level locks are let go rather than looked for: that would take the locks of the lock table, for everybody.
    perform pg_catalog.pg_advisory_unlock_all(), pg_catalog.set_config('tenancy.attested', started, true),
        pg_catalog.set_config('search_path', {search_path}, true);
end
$attest_pooled$;
