-- What admission asks: who holds a name, what leans on what, what has been answered to an idempotency key.

CREATE TABLE claims (
    org_id       uuid   NOT NULL,
    kind         text   NOT NULL,
    key          text   COLLATE "C" NOT NULL,
    aggregate_id uuid   NOT NULL,
    PRIMARY KEY (org_id, kind, key)
);

CREATE TABLE object_references (
    org_id  uuid   NOT NULL,
    to_id   uuid   NOT NULL,
    kind    text   NOT NULL,
    from_id uuid   NOT NULL,
    -- Microseconds since the epoch from which it no longer counts.
    until   bigint,
    PRIMARY KEY (org_id, to_id, kind, from_id)
);

CREATE TABLE idempotency_replies (
    org_id      uuid     NOT NULL,
    actor_id    text     NOT NULL,
    key         text     COLLATE "C" NOT NULL,
    fingerprint bytea    NOT NULL,
    answered_at bigint   NOT NULL,
    status      smallint NOT NULL,
    -- The resource that was answered, rendered from its version.
    document_id uuid,
    version     bigint,
    position    bigint   NOT NULL,
    -- The refusal, where it was one.
    refusal     text,
    PRIMARY KEY (org_id, actor_id, key)
);

CREATE INDEX idempotency_replies_by_age ON idempotency_replies (answered_at);
