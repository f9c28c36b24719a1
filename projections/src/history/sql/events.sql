SELECT position, org_id, org_position, aggregate_type, aggregate_id, sequence, event_type, event_version,
    payload::text AS payload, metadata::text AS metadata, recorded_at
FROM (
    SELECT *
    FROM events
    WHERE aggregate_type = $2 AND aggregate_id = $3 AND sequence > $4 AND sequence <= $5
    ORDER BY sequence DESC
    OFFSET 0
) found
WHERE org_id = $1
ORDER BY sequence DESC
