-- A part of the installation's order, oldest first: all of it, or what is of these scopes and the lives of the orgs that
-- these partners have.
SELECT position, org_id, org_position, event_id, aggregate_type, aggregate_id, sequence, payload::text AS payload,
    metadata::text AS metadata, recorded_at
FROM events
WHERE position > $2 AND position <= $3 AND ($5::text[] IS NULL OR event_type = ANY ($5))
  AND ($1::uuid[] IS NULL OR org_id = ANY ($1) OR (aggregate_type = 'org' AND EXISTS (
      SELECT FROM documents AS org
      WHERE org.id = events.org_id AND org.kind = 'Org' AND org.parent_id = ANY ($1))))
ORDER BY position
LIMIT $4
