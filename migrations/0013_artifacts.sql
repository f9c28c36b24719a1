-- Artifacts: bytes that events refer to by their SHA-256, stored before the command that refers to them.

CREATE TABLE artifacts (
    org_id    uuid    NOT NULL,
    sha256    text    COLLATE "C" NOT NULL,
    size      bigint  NOT NULL,
    bytes     bytea   NOT NULL,
    -- Microseconds since the epoch: when it was stored, or asked to be stored again.
    stored_at bigint  NOT NULL,
    -- Whether an event refers to it. Events are for ever, and so is it then.
    used      boolean NOT NULL DEFAULT false,
    PRIMARY KEY (org_id, sha256)
);

CREATE INDEX artifacts_unused ON artifacts (stored_at) WHERE NOT used;
