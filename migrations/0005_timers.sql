-- Timers run on one process at a time: whoever holds the lease.

CREATE TABLE leases (
    name    text   PRIMARY KEY,
    holder  uuid   NOT NULL,
    -- Microseconds since the epoch.
    expires bigint NOT NULL
);
