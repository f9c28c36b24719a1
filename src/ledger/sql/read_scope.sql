SELECT position, org_id, org_position, event_id, aggregate_type, aggregate_id, sequence, event_type, event_version,
    payload::text AS payload, metadata::text AS metadata, recorded_at, leaf
FROM events
WHERE org_id = $4 AND org_position > $1 AND org_position <= $2
ORDER BY org_position
LIMIT $3
