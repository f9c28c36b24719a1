-- What must never be in an event: verifiers of secrets, wrapped keys of persons; and what beats too often for one.

CREATE TABLE key_verifiers (
    access_key_id  text  COLLATE "C" PRIMARY KEY,
    org_id         uuid  NOT NULL,
    key_id         uuid  NOT NULL,
    pepper_version int   NOT NULL,
    verifier       bytea NOT NULL CHECK (length(verifier) = 32)
);

-- Destroying the row erases the person from every event and document there ever was.
CREATE TABLE person_keys (
    person_id        uuid  PRIMARY KEY,
    org_id           uuid  NOT NULL,
    wrapping_version int   NOT NULL,
    wrapped          bytea NOT NULL
);

-- Last uses of access keys; at most a minute stale, never an event.
CREATE TABLE key_uses (
    key_id   uuid   PRIMARY KEY,
    org_id   uuid   NOT NULL,
    used_at  bigint NOT NULL,
    -- Sealed under the user's key.
    address  text   NOT NULL,
    client   text   NOT NULL
);

-- Attempts with credentials nobody knows, counted by minute and address prefix; capped for the installation.
CREATE TABLE anonymous_attempts (
    minute bigint NOT NULL,
    prefix text   NOT NULL,
    count  bigint NOT NULL,
    folded boolean NOT NULL DEFAULT false,
    PRIMARY KEY (minute, prefix)
);
