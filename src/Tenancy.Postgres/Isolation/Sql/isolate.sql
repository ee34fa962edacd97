-- Marks tables as the tenants': gives each its tenant_id, tenant-first keys and composite foreign keys, and guards it.
-- Run by the migrator, in the migration that creates the table. Tables that refer to each other go in one call.
-- Harmless when run again. A table with rows is not restructured: the DDL is printed and the call refused.
create or replace function tenancy.isolate(variadic tables regclass[]) returns void
language plpgsql security invoker as $isolate$
declare
    t     regclass;
    steps text[];
begin
    perform tenancy.refuse_unfit(tables);
    steps := tenancy.restructuring(tables);
    if cardinality(steps) > 0 then
        foreach t in array tables loop
            if tenancy.has_rows(t) then
                raise exception using errcode = '55000',
                    message = pg_catalog.format('tenancy: the table %s has rows, and isolating it changes its columns or keys', t),
                    detail = pg_catalog.array_to_string(steps, E';\n') || ';',
                    hint = 'Say whose rows they are first: run these statements with a backfill of tenant_id, then isolate() again.';
            end if;
        end loop;
        for i in 1 .. cardinality(steps) loop
            execute steps[i];
        end loop;
    end if;
    foreach t in array tables loop
        perform tenancy.guard_table(t);
    end loop;
end
$isolate$;

create or replace function tenancy.has_rows(t regclass) returns boolean
language plpgsql security invoker as $has_rows$
declare
    found_one boolean;
begin
    execute pg_catalog.format('select exists (select from %s)', t) into found_one;
    return found_one;
end
$has_rows$;

create or replace function tenancy.is_isolated(t regclass) returns boolean
language sql stable security invoker
    return exists (select from pg_catalog.pg_policy where polrelid = t and polname = 'tenancy_isolation')
        or exists (select from pg_catalog.pg_constraint where conrelid = t and conname = 'tenancy_identity');

create or replace function tenancy.refuse_unfit(tables regclass[]) returns void
language plpgsql security invoker as $refuse$
declare
    unfit record;
begin
    select c.oid::regclass as relation, c.relkind, c.relispartition,
           exists (select from pg_catalog.pg_inherits i where i.inhrelid = c.oid and not c.relispartition) as inherits
    into unfit
    from pg_catalog.pg_class c
    where c.oid = any (tables)
      and (c.relkind not in ('r', 'p') or c.relispartition
           or exists (select from pg_catalog.pg_inherits i where i.inhrelid = c.oid));
    if found then
        raise exception using errcode = '42809',
            message = pg_catalog.format('tenancy: %s is not a table of its own', unfit.relation),
            hint = 'Isolate ordinary and partitioned tables. A partition is reached only through its parent; a view needs security_invoker.';
    end if;

    select a.attrelid::regclass as relation, pg_catalog.format_type(a.atttypid, a.atttypmod) as type into unfit
    from pg_catalog.pg_attribute a
    where a.attrelid = any (tables) and a.attname = 'tenant_id' and not a.attisdropped and a.atttypid <> 'uuid'::regtype;
    if found then
        raise exception using errcode = '42804',
            message = pg_catalog.format('tenancy: tenant_id of %s is of type %s', unfit.relation, unfit.type),
            hint = 'Leave the column out, or make it uuid: isolate() adds it.';
    end if;

    select c.conrelid::regclass as relation, c.conname into unfit
    from pg_catalog.pg_constraint c
    where c.conrelid = any (tables) and c.contype = 'x'
      and not exists (select from pg_catalog.pg_attribute a
                      where a.attrelid = c.conrelid and a.attname = 'tenant_id' and a.attnum = any (c.conkey));
    if found then
        raise exception using errcode = '42P17',
            message = pg_catalog.format('tenancy: the exclusion constraint %I of %s compares rows of different tenants',
                                        unfit.conname, unfit.relation),
            hint = 'Add "tenant_id with =" to it (extension btree_gist), with a tenant_id uuid column of your own.';
    end if;

    select c.conname, c.conrelid::regclass as child, c.confrelid::regclass as parent into unfit
    from pg_catalog.pg_constraint c
    where c.contype = 'f' and c.conparentid = 0 and c.confrelid = any (tables) and not c.conrelid = any (tables)
      and not tenancy.is_isolated(c.conrelid);
    if found then
        raise exception using errcode = '42830',
            message = pg_catalog.format('tenancy: %s refers to %s and is not isolated', unfit.child, unfit.parent),
            hint = pg_catalog.format('Isolate both in one call: select tenancy.isolate(''%s'', ''%s'');', unfit.parent, unfit.child);
    end if;

    select c.conname, c.conrelid::regclass as child into unfit
    from pg_catalog.pg_constraint c
    where c.contype = 'f' and c.confrelid = any (tables)
      and (c.confupdtype in ('n', 'd') or (c.confmatchtype = 'f' and cardinality(c.conkey) > 1))
      and not tenancy.pairs_tenants(c.oid);
    if found then
        raise exception using errcode = '0A000',
            message = pg_catalog.format('tenancy: the foreign key %I of %s cannot be made composite', unfit.conname, unfit.child),
            hint = 'Leave out ON UPDATE SET NULL, ON UPDATE SET DEFAULT and MATCH FULL.';
    end if;
end
$refuse$;

-- Whether a foreign key pairs tenant_id with tenant_id, so that no row can refer to another tenant's.
create or replace function tenancy.pairs_tenants(foreign_key oid) returns boolean
language sql stable security invoker
    return exists (
        select from pg_catalog.pg_constraint c
        cross join lateral unnest(c.conkey, c.confkey) as pair (child, parent)
        join pg_catalog.pg_attribute ca on ca.attrelid = c.conrelid and ca.attnum = pair.child
        join pg_catalog.pg_attribute pa on pa.attrelid = c.confrelid and pa.attnum = pair.parent
        where c.oid = foreign_key and ca.attname = 'tenant_id' and pa.attname = 'tenant_id');

-- The DDL that gives the tables their column and tenant-first keys; empty where they have them.
create or replace function tenancy.restructuring(tables regclass[]) returns text[]
language plpgsql stable security invoker as $restructuring$
declare
    steps      text[] := '{}';
    rebuilt    text[] := '{}';
    references_back text[] := '{}';
    r          record;
begin
    for r in
        select t.relation, a.attnum is null as missing,
               coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') <> 'tenancy.current_tenant()' as undefaulted,
               not coalesce(a.attnotnull, false) as nullable
        from unnest(tables) as t (relation)
        left join pg_catalog.pg_attribute a on a.attrelid = t.relation and a.attname = 'tenant_id' and not a.attisdropped
        left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    loop
        -- In steps: a default given with the column would be computed here, where no tenant is in scope.
        if r.missing then
            steps := steps || pg_catalog.format('alter table %s add column tenant_id uuid', r.relation);
        end if;
        if r.missing or r.undefaulted then
            steps := steps || pg_catalog.format(
                'alter table %s alter column tenant_id set default tenancy.current_tenant()', r.relation);
        end if;
        if r.missing or r.nullable then
            steps := steps || pg_catalog.format('alter table %s alter column tenant_id set not null', r.relation);
        end if;
    end loop;

    -- A serial column needs a right on its sequence, which tells and moves on the numbers of others; an identity does not.
    for r in
        select d.refobjid::regclass as relation, a.attname, d.objid::regclass as sequence
        from pg_catalog.pg_depend d
        join pg_catalog.pg_class c on c.oid = d.objid and c.relkind = 'S'
        join pg_catalog.pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
        where d.refobjid = any (tables) and d.classid = 'pg_class'::regclass and d.deptype = 'a'
    loop
        steps := steps || array[
            pg_catalog.format('alter table %s alter column %I drop default', r.relation, r.attname),
            pg_catalog.format('drop sequence %s', r.sequence),
            pg_catalog.format('alter table %s alter column %I set not null', r.relation, r.attname),
            pg_catalog.format('alter table %s alter column %I add generated by default as identity', r.relation, r.attname)];
    end loop;

    -- Foreign keys among isolated tables: dropped before the keys they stand on, made again as composite after them.
    for r in
        select c.conrelid::regclass as child, c.confrelid::regclass as parent, c.conname,
               (select string_agg(pg_catalog.quote_ident(a.attname), ', ' order by k.n)
                from unnest(c.conkey) with ordinality as k (attnum, n)
                join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum) as columns,
               (select string_agg(pg_catalog.quote_ident(a.attname), ', ' order by k.n)
                from unnest(c.confkey) with ordinality as k (attnum, n)
                join pg_catalog.pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.attnum) as keys,
               (select string_agg(pg_catalog.quote_ident(a.attname), ', ' order by k.n)
                from unnest(coalesce(c.confdelsetcols, c.conkey)) with ordinality as k (attnum, n)
                join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum) as cleared,
               c.confdeltype, c.confupdtype, c.condeferrable, c.condeferred
        from pg_catalog.pg_constraint c
        where c.contype = 'f' and c.conparentid = 0
          and (c.conrelid = any (tables) and (c.confrelid = any (tables) or tenancy.is_isolated(c.confrelid))
               or c.confrelid = any (tables))
          and not tenancy.pairs_tenants(c.oid)
    loop
        steps := steps || pg_catalog.format('alter table %s drop constraint %I', r.child, r.conname);
        references_back := references_back || (
            pg_catalog.format('alter table %s add constraint %I foreign key (tenant_id, %s) references %s (tenant_id, %s)',
                              r.child, r.conname, r.columns, r.parent, r.keys)
            || case r.confdeltype when 'c' then ' on delete cascade' when 'r' then ' on delete restrict'
                   when 'n' then pg_catalog.format(' on delete set null (%s)', r.cleared)
                   when 'd' then pg_catalog.format(' on delete set default (%s)', r.cleared) else '' end
            || case r.confupdtype when 'c' then ' on update cascade' when 'r' then ' on update restrict' else '' end
            || case when r.condeferrable then ' deferrable' else '' end
            || case when r.condeferred then ' initially deferred' else '' end);
    end loop;

    -- Keys: a unique key without the tenant would tell one tenant what another has.
    for r in
        select c.conrelid::regclass as relation, c.conname, pg_catalog.pg_get_constraintdef(c.oid) as definition
        from pg_catalog.pg_constraint c
        where c.conrelid = any (tables) and c.contype in ('p', 'u') and c.conparentid = 0
          and not exists (select from pg_catalog.pg_attribute a
                          where a.attrelid = c.conrelid and a.attname = 'tenant_id' and a.attnum = any (c.conkey))
    loop
        steps := steps || pg_catalog.format('alter table %s drop constraint %I', r.relation, r.conname);
        rebuilt := rebuilt || pg_catalog.format('alter table %s add constraint %I %s', r.relation, r.conname,
            pg_catalog.regexp_replace(r.definition, '\(', '(tenant_id, '));
    end loop;

    -- Other b-tree indexes: without the tenant in front, a small tenant pays for all rows of the others.
    for r in
        select i.indexrelid::regclass as index, pg_catalog.pg_get_indexdef(i.indexrelid) as definition,
               pg_catalog.format('CREATE %sINDEX %I ON ', case when i.indisunique then 'UNIQUE ' else '' end, c.relname) as naming,
               case t.relkind when 'p' then 'ONLY ' else '' end as only_parent,
               pg_catalog.format('%I.%I USING btree (', n.nspname, t.relname) as placing
        from pg_catalog.pg_index i
        join pg_catalog.pg_class c on c.oid = i.indexrelid
        join pg_catalog.pg_class t on t.oid = i.indrelid
        join pg_catalog.pg_namespace n on n.oid = t.relnamespace
        join pg_catalog.pg_am am on am.oid = c.relam
        where i.indrelid = any (tables) and am.amname = 'btree' and not c.relispartition
          and not exists (select from pg_catalog.pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u'))
          and not exists (select from pg_catalog.pg_attribute a
                          where a.attrelid = i.indrelid and a.attname = 'tenant_id'
                            and a.attnum = any ((i.indkey::int2[])[0:i.indnkeyatts - 1]))
    loop
        steps := steps || pg_catalog.format('drop index %s', r.index);
        -- Cut by length, since names may hold any text. Without ONLY: the index of a partitioned table covers its partitions.
        rebuilt := rebuilt || pg_catalog.concat(r.naming, r.placing, 'tenant_id, ',
            pg_catalog.substr(r.definition, pg_catalog.length(pg_catalog.concat(r.naming, r.only_parent, r.placing)) + 1));
    end loop;

    return steps || rebuilt || references_back;
end
$restructuring$;

-- The tenant whose schema a table is in; null for a table of the application's schema.
create or replace function tenancy.tenant_of_schema(t regclass) returns uuid
language sql stable security invoker
    return (select pg_catalog.substr(n.nspname::text, 3)::uuid
            from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where c.oid = t and n.nspname ~ '^t_[0-9a-f]{32}$');

-- What guards the schema that a table is in, where it is not row security.
create or replace function tenancy.guard_of(t regclass) returns text
language sql stable security invoker
    return (select g.guard from tenancy.schema_guards g
            join pg_catalog.pg_namespace n on n.nspname = g.schema_name
            join pg_catalog.pg_class c on c.relnamespace = n.oid where c.oid = t);

-- Who serves requests from a table: the login of all tenants, or that of the one whose schema it is in, which has its name.
create or replace function tenancy.login_of(t regclass) returns name
language sql stable security invoker
    return case tenancy.guard_of(t)
        when 'role' then (select n.nspname from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace where c.oid = t)
        else tenancy.app_role() end;

-- What keeps tenants apart in the table. In a tenant's own database or schema a check of its identity. In its own database,
-- and where a schema is guarded by other means, no more than that: row security would cost indexes. Elsewhere: forced row security, a restrictive policy that no other policy can widen, and one that lets in.
create or replace function tenancy.guard_table(t regclass) returns void
language plpgsql security invoker as $guard$
declare
    app name := tenancy.login_of(t);
    own uuid := coalesce(tenancy.identity(), tenancy.tenant_of_schema(t));
begin
    if own is not null and not exists (select from pg_catalog.pg_constraint where conrelid = t and conname = 'tenancy_identity') then
        execute pg_catalog.format('alter table %s add constraint tenancy_identity check (tenant_id = %L::uuid)', t, own);
    end if;
    if tenancy.identity() is null and tenancy.guard_of(t) is null then
        execute pg_catalog.format('alter table %s enable row level security', t);
        execute pg_catalog.format('alter table %s force row level security', t);
        execute pg_catalog.format('drop policy if exists tenancy_isolation on %s', t);
        execute pg_catalog.format('drop policy if exists tenancy_access on %s', t);
        execute pg_catalog.format(
            'create policy tenancy_isolation on %s as restrictive for all to public '
            'using (tenant_id = {policy_scope}) with check (tenant_id = {policy_scope})', t);
        execute pg_catalog.format(
            'create policy tenancy_access on %s as permissive for all to %I using (true) with check (true)', t, app);
    end if;

    -- The four DML rights only: TRUNCATE, REFERENCES and TRIGGER go past row security.
    execute pg_catalog.format('revoke all on table %s from public, %I, %I', t, app, tenancy.app_role());
    execute pg_catalog.format('grant select, insert, update, delete on table %s to %I', t, app);
end
$guard$;
