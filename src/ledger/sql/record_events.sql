-- The events, where that leaves the head and the scopes, and one word to whoever listens: NOTIFY locks the whole
-- installation at commit, so it is said once a batch.
WITH recorded AS (
    INSERT INTO events (
        position, org_id, org_position, event_id, aggregate_type, aggregate_id, sequence,
        event_type, event_version, payload, metadata, leaf, recorded_at)
    SELECT new.position, new.org_id, new.org_position, new.event_id, new.aggregate_type, new.aggregate_id,
        new.sequence, new.event_type, new.event_version, new.payload::json, new.metadata::json, new.leaf, $13
    FROM unnest(
        $1::bigint[], $2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::text[], $7::bigint[],
        $8::text[], $9::text[], $10::text[], $11::text[], $12::bytea[]
    ) AS new(position, org_id, org_position, event_id, aggregate_type, aggregate_id, sequence,
        event_type, event_version, payload, metadata, leaf)
), head AS (
    UPDATE ledger_head SET position = $14, recorded_at = $13
), batch AS (
    INSERT INTO ledger_batches (recorded_at, position) VALUES ($13, $14)
), moved AS (
    INSERT INTO scopes (org_id, position, authority)
    SELECT * FROM unnest($15::uuid[], $16::bigint[], $17::bigint[])
    ON CONFLICT (org_id) DO UPDATE SET position = excluded.position, authority = excluded.authority
)
SELECT pg_notify('quarterdeck_ledger', $14::bigint::text)
