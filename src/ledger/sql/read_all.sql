SELECT position, org_id, org_position, event_id, aggregate_type, aggregate_id, sequence, event_type, event_version,
    payload::text AS payload, metadata::text AS metadata, recorded_at, leaf
FROM events
WHERE position > $1 AND position <= $2
ORDER BY position
LIMIT $3
