-- How far each sink has got, for when the sink itself cannot say it any more.

CREATE TABLE sink_cursors (
    name     text   PRIMARY KEY,
    -- The last position of the installation that was published and acknowledged.
    position bigint NOT NULL
);
