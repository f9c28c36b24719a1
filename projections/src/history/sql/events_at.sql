SELECT e.position, e.org_id, e.org_position, e.aggregate_type, e.aggregate_id, e.sequence, e.event_type,
    e.event_version, e.payload::text AS payload, e.metadata::text AS metadata, e.recorded_at
FROM unnest($4::bigint[]) AS wanted(version)
CROSS JOIN LATERAL (
    SELECT *
    FROM events
    WHERE events.aggregate_type = $2
      AND events.aggregate_id = $3
      AND events.sequence = wanted.version
      AND events.org_id = $1
) AS e
