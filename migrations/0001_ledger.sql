-- The ledger: one row says where it ends, one row per scope says where the scope ends, and the events themselves.

CREATE TABLE installation (
    only_row            boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    keyring_fingerprint text    NOT NULL,
    made_at             bigint  NOT NULL
);

-- Locked by whoever records a batch, until it commits: position order is commit order.
CREATE TABLE ledger_head (
    only_row    boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    epoch       bigint  NOT NULL,
    position    bigint  NOT NULL,
    -- Microseconds since the epoch. Every batch is stamped later than this.
    recorded_at bigint  NOT NULL
) WITH (fillfactor = 10);

INSERT INTO ledger_head (epoch, position, recorded_at) VALUES (1, 0, 0);

-- The platform, partners and orgs, each with its own dense order.
CREATE TABLE scopes (
    org_id    uuid   PRIMARY KEY,
    position  bigint NOT NULL,
    -- The version of who may do what in it: the installation's position at which that last changed.
    authority bigint NOT NULL
) WITH (fillfactor = 50);

CREATE INDEX scopes_by_authority ON scopes (authority);

CREATE TABLE events (
    position       bigint NOT NULL PRIMARY KEY,
    org_id         uuid   NOT NULL,
    org_position   bigint NOT NULL,
    event_id       uuid   NOT NULL,
    aggregate_type text   NOT NULL,
    aggregate_id   text   NOT NULL,
    sequence       bigint NOT NULL CHECK (sequence > 0),
    event_type     text   NOT NULL,
    event_version  text   NOT NULL,
    -- Canonical JSON, kept as the text that was hashed.
    payload        json   NOT NULL,
    metadata       json   NOT NULL,
    recorded_at    bigint NOT NULL,
    leaf           bytea  NOT NULL CHECK (length(leaf) = 32),
    CONSTRAINT events_stream UNIQUE (aggregate_type, aggregate_id, sequence),
    CONSTRAINT events_org UNIQUE (org_id, org_position)
);

-- One row a batch: which position was the last at which moment.
CREATE TABLE ledger_batches (
    recorded_at bigint PRIMARY KEY,
    position    bigint NOT NULL
);

CREATE FUNCTION refuse_to_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the ledger is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER events_are_append_only BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite();
CREATE TRIGGER events_are_never_truncated BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite();
REVOKE UPDATE, DELETE, TRUNCATE ON events FROM PUBLIC;
DO $$ BEGIN EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON events FROM %I', current_user); END $$;

-- The org position that was the last one at an installation-wide position. Org positions grow with positions, so a
-- bisection over the unique index finds it in a handful of look-ups.
CREATE FUNCTION org_position_at(in_org uuid, at_position bigint) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE
    low  bigint := 0;
    high bigint := coalesce((SELECT s.position FROM scopes s WHERE s.org_id = in_org), 0);
    middle bigint;
BEGIN
    WHILE low < high LOOP
        middle := (low + high + 1) / 2;
        IF (SELECT e.position FROM events e WHERE e.org_id = in_org AND e.org_position = middle) <= at_position THEN
            low := middle;
        ELSE
            high := middle - 1;
        END IF;
    END LOOP;
    RETURN low;
END $$;
