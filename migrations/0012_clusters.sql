-- When agents were last heard of, and by which tokens agents can join clusters: beaten often or made from secrets, never
-- events.

CREATE TABLE cluster_liveness (
    org_id     uuid   NOT NULL,
    cluster_id uuid   NOT NULL,
    -- Microseconds since the epoch.
    last_seen  bigint NOT NULL,
    PRIMARY KEY (org_id, cluster_id)
);

CREATE INDEX cluster_liveness_silent ON cluster_liveness (last_seen);

-- One a cluster: another token takes the place of the one before.
CREATE TABLE join_tokens (
    org_id         uuid  NOT NULL,
    cluster_id     uuid  NOT NULL,
    -- The token's id, which the event names.
    token          uuid  NOT NULL,
    pepper_version int   NOT NULL,
    verifier       bytea NOT NULL,
    PRIMARY KEY (org_id, cluster_id)
);

CREATE UNIQUE INDEX join_tokens_token ON join_tokens (token);
