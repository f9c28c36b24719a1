-- A part of one scope's order, oldest first.
SELECT position, org_id, org_position, event_id, aggregate_type, aggregate_id, sequence, payload::text AS payload,
    metadata::text AS metadata, recorded_at
FROM events
WHERE org_id = $1 AND org_position > $2 AND org_position <= $3 AND ($5::text[] IS NULL OR event_type = ANY ($5))
ORDER BY org_position
LIMIT $4
