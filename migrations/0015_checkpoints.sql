-- Proofs: inner nodes of the trees over the ledger's leaves, and the newest checkpoint of each tree.

-- Roots of perfect subtrees of 256, 65,536, … leaves; the leaves themselves are in `events`. They are stored so that
-- proofs need not read everything; what is missing is computed. The installation's own tree has the largest of all ids.
CREATE TABLE merkle_nodes (
    org_id uuid     NOT NULL,
    -- The root of 256^level leaves.
    level  smallint NOT NULL CHECK (level > 0),
    -- From 0, from the left.
    number bigint   NOT NULL,
    hash   bytea    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (org_id, level, number)
);

-- A copy for whoever asks; those that count are kept outside the database.
CREATE TABLE checkpoints (
    org_id    uuid   PRIMARY KEY,
    epoch     bigint NOT NULL,
    size      bigint NOT NULL,
    -- Microseconds since the epoch.
    signed_at bigint NOT NULL,
    -- A signed note.
    note      text   NOT NULL
);

-- One process signs for all: what the others want signed at once.
CREATE TABLE checkpoint_requests (
    org_id uuid PRIMARY KEY
);

-- The lives of the ledger but the first: each began when a database was restored to an earlier time.
CREATE TABLE ledger_epochs (
    epoch       bigint PRIMARY KEY,
    -- The last position that it has in common with the life before.
    began_after bigint NOT NULL,
    began_at    bigint NOT NULL
);
