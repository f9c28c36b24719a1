-- Read models are built again beside the live ones: a fresh generation of their tables, and what takes their place.

-- Holds tables with the names of the live ones, and how far they are; between rebuildings nothing but an empty `progress`.
CREATE SCHEMA next_generation;

CREATE TABLE next_generation.progress (
    only_row     boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    -- What is being built, by which program and in which life of the ledger: another one begins anew.
    tables       text[]  NOT NULL,
    program      text    NOT NULL,
    epoch        bigint  NOT NULL,
    -- The tables say what the ledger said up to here. Saved with their rows.
    position     bigint  NOT NULL,
    -- Up to here they are filled without indexes; then they get them, and follow the ledger.
    filled_until bigint  NOT NULL,
    follows      boolean NOT NULL DEFAULT false
);

-- The schema of the live tables.
CREATE FUNCTION live_schema() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT n.nspname::text
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = 'ledger_head'::regclass
$$;

-- Adds the keys and indexes of the live table that a table of its next generation does not have yet, by the same names.
CREATE FUNCTION index_generation(in_schema text, in_table text, only_keys boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    live  regclass := format('%I.%I', live_schema(), in_table)::regclass;
    fresh regclass := format('%I.%I', in_schema, in_table)::regclass;
    missing record;
BEGIN
    FOR missing IN
        SELECT i.indexrelid, c.relname, k.conname, pg_get_constraintdef(k.oid) AS key
        FROM pg_index i
        JOIN pg_class c ON c.oid = i.indexrelid
        LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid
        WHERE i.indrelid = live AND (i.indisprimary OR NOT only_keys)
          AND NOT EXISTS (
              SELECT FROM pg_index f JOIN pg_class n ON n.oid = f.indexrelid
              WHERE f.indrelid = fresh AND n.relname = c.relname)
        ORDER BY i.indisprimary DESC, c.relname
    LOOP
        IF missing.key IS NOT NULL THEN
            EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', fresh, missing.conname, missing.key);
        ELSE
            EXECUTE replace(pg_get_indexdef(missing.indexrelid),
                format(' ON %I.%I ', live_schema(), in_table), format(' ON %I.%I ', in_schema, in_table));
        END IF;
    END LOOP;
END $$;

-- Makes an empty table for the next generation of a live one, in its own schema or, for a comparison, in `pg_temp`.
CREATE FUNCTION make_generation(in_schema text, in_table text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    live    regclass := format('%I.%I', live_schema(), in_table)::regclass;
    options text[] := (SELECT reloptions FROM pg_class WHERE oid = live);
BEGIN
    EXECUTE format('CREATE TABLE %I.%I (LIKE %s INCLUDING ALL EXCLUDING INDEXES)', in_schema, in_table, live);
    IF options IS NOT NULL THEN
        EXECUTE format('ALTER TABLE %I.%I SET (%s)', in_schema, in_table, array_to_string(options, ', '));
    END IF;
END $$;

CREATE FUNCTION generation_rows(in_schema text, in_table text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    found bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM %I.%I', in_schema, in_table) INTO found;
    RETURN found;
END $$;

CREATE FUNCTION analyze_generation(in_schema text, in_table text) RETURNS void LANGUAGE plpgsql
SET default_statistics_target = 10 AS $$
BEGIN
    EXECUTE format('ANALYZE %I.%I', in_schema, in_table);
END $$;

-- Drops what is left of a next generation.
CREATE FUNCTION drop_generation() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    left_over regclass;
BEGIN
    FOR left_over IN
        SELECT c.oid::regclass
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'next_generation' AND c.relkind = 'r' AND c.relname <> 'progress'
    LOOP
        EXECUTE format('DROP TABLE %s', left_over);
    END LOOP;
    DELETE FROM next_generation.progress;
END $$;

-- Puts the next generation in the place of the live tables, once nobody reads these any more. Rights that were granted
-- on a live table are granted on what takes its place.
CREATE FUNCTION switch_generation(in_tables text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    live   text := live_schema();
    each_table text;
    granted record;
BEGIN
    FOREACH each_table IN ARRAY in_tables LOOP
        EXECUTE format('LOCK TABLE %I.%I IN ACCESS EXCLUSIVE MODE', live, each_table);
    END LOOP;
    FOREACH each_table IN ARRAY in_tables LOOP
        FOR granted IN
            SELECT a.privilege_type, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END AS to_whom
            FROM pg_class c, aclexplode(c.relacl) a
            WHERE c.oid = format('%I.%I', live, each_table)::regclass AND a.grantee <> c.relowner
        LOOP
            EXECUTE format('GRANT %s ON next_generation.%I TO %s',
                granted.privilege_type, each_table, granted.to_whom);
        END LOOP;
        EXECUTE format('DROP TABLE %I.%I', live, each_table);
        EXECUTE format('ALTER TABLE next_generation.%I SET SCHEMA %I', each_table, live);
    END LOOP;
    DELETE FROM next_generation.progress;
END $$;

-- Of these names, those that are taken in the live claims, and by whom.
CREATE FUNCTION live_claims(in_org uuid[], in_kind text, in_key text[])
RETURNS TABLE (org_id uuid, key text, aggregate_id uuid) LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT c.org_id, c.key, c.aggregate_id FROM unnest($1, $3) AS asked(org_id, key)
         JOIN %I.claims c ON c.org_id = asked.org_id AND c.kind = $2 AND c.key = asked.key', live_schema())
    USING in_org, in_kind, in_key;
END $$;

-- Takes over from the live claims what is stored in place of a sealed name that nobody can open, by who holds it.
CREATE FUNCTION carry_sealed_claims(in_schema text, in_kind text) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = on SET enable_hashjoin = on AS $$
BEGIN
    EXECUTE format(
        'UPDATE %I.claims fresh SET key = live.key FROM %I.claims live
         WHERE fresh.kind = $1 AND fresh.key < E''\x02'' AND live.org_id = fresh.org_id AND live.kind = $1
           AND live.aggregate_id = fresh.aggregate_id', in_schema, live_schema())
    USING in_kind;
END $$;

-- The rows of a live table that are not those of `pg_temp`: the first few by key, and how many there are.
CREATE FUNCTION generation_differences(in_table text, most integer)
RETURNS TABLE (key text, what text, count bigint) LANGUAGE plpgsql
SET enable_seqscan = on SET enable_hashjoin = on SET enable_mergejoin = on AS $$
DECLARE
    live  regclass := format('%I.%I', live_schema(), in_table)::regclass;
    keys  text := (
        SELECT string_agg(format('%I', a.attname), ', ' ORDER BY k.ordinality)
        FROM pg_index i
        CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k(attnum, ordinality)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        WHERE i.indrelid = live AND i.indisprimary AND k.ordinality <= i.indnkeyatts);
BEGIN
    RETURN QUERY EXECUTE format(
        'SELECT concat_ws('' '', %1$s), CASE
             WHEN l IS NULL THEN ''is missing''
             WHEN r IS NULL THEN ''is in the table and not in the ledger''
             ELSE ''differs from the ledger in '' || (
                 SELECT string_agg(is_live.key, '', '' ORDER BY is_live.key)
                 FROM jsonb_each(to_jsonb(l)) is_live
                 JOIN jsonb_each(to_jsonb(r)) should ON should.key = is_live.key
                 WHERE is_live.value <> should.value)
             END, count(*) OVER ()
         FROM (SELECT t AS l, t.* FROM %2$s t) live
         FULL JOIN (SELECT t AS r, t.* FROM pg_temp.%3$I t) rebuilt USING (%1$s)
         WHERE l IS DISTINCT FROM r
         ORDER BY %1$s
         LIMIT $1', keys, live, in_table)
    USING most;
END $$;
