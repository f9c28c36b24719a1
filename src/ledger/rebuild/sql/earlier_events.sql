SELECT e.position, e.org_id, e.org_position, e.event_id, e.aggregate_type, e.aggregate_id, e.sequence, e.event_type,
    e.event_version, e.payload::text AS payload, e.metadata::text AS metadata, e.recorded_at, e.leaf
FROM unnest($1::text[], $2::text[], $3::bigint[]) AS wanted(aggregate_type, aggregate_id, before)
JOIN events e ON e.aggregate_type = wanted.aggregate_type AND e.aggregate_id = wanted.aggregate_id
    AND e.sequence < wanted.before
ORDER BY e.aggregate_type, e.aggregate_id, e.sequence
