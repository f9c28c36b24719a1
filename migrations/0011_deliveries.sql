-- How far each webhook has got, and what became of each delivery: written with every attempt, never events.

CREATE TABLE webhook_cursors (
    org_id          uuid   NOT NULL,
    webhook_id      uuid   NOT NULL,
    -- The last position of the org that was sent, or that the filter left out.
    position        bigint NOT NULL,
    -- Which restart it goes on from; one that is newer in the webhook sets the position.
    restart         bigint NOT NULL,
    -- How often the event that is next was tried.
    attempts        int    NOT NULL DEFAULT 0,
    next_attempt_at bigint,
    PRIMARY KEY (org_id, webhook_id)
);

CREATE TABLE deliveries (
    org_id          uuid   NOT NULL,
    webhook_id      uuid   NOT NULL,
    id              uuid   NOT NULL,
    event_id        uuid   NOT NULL,
    event_type      text   NOT NULL,
    position        bigint NOT NULL,
    phase           text   NOT NULL,
    created_at      bigint NOT NULL,
    next_attempt_at bigint,
    -- A list of what each attempt came to, oldest first; of many the last.
    attempts        text   NOT NULL,
    PRIMARY KEY (org_id, webhook_id, id)
);
