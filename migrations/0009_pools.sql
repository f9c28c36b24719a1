-- What there is only so much of, shared by whoever holds some: the pods of a project. Amounts are in units of 10^-9.

CREATE TABLE pool_limits (
    org_id   uuid    NOT NULL,
    -- What has the pool: a project.
    pool_id  uuid    NOT NULL,
    resource text    COLLATE "C" NOT NULL,
    at_most  numeric NOT NULL,
    PRIMARY KEY (org_id, pool_id, resource)
);

CREATE TABLE pool_holdings (
    org_id    uuid    NOT NULL,
    pool_id   uuid    NOT NULL,
    resource  text    COLLATE "C" NOT NULL,
    -- Who holds it: a namespace.
    holder_id uuid    NOT NULL,
    amount    numeric NOT NULL,
    PRIMARY KEY (org_id, pool_id, resource, holder_id) INCLUDE (amount)
);
