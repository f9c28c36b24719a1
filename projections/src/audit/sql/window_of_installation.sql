SELECT position, org_id, org_position, aggregate_type, aggregate_id, sequence, event_type, event_version,
    payload::text AS payload, metadata::text AS metadata, recorded_at
FROM (
    SELECT *
    FROM events
    WHERE position > $2 AND position < $3
      AND (org_id = ANY ($1) OR (aggregate_type = 'org' AND EXISTS (
          SELECT FROM documents AS org
          WHERE org.id = events.org_id AND org.kind = 'Org' AND org.parent_id = ANY ($1))))
) AS seen
WHERE ($5::text[] IS NULL OR aggregate_type = ANY ($5) OR (aggregate_type = 'access' AND payload ->> 'kind' = $6))
  AND ($7::text IS NULL OR metadata ->> 'userId' = $7 OR (metadata ->> 'actor')::json ->> 'id' = $7)
  AND ($8::text IS NULL OR metadata ->> 'credentialId' = $8)
  AND ($9::text IS NULL OR metadata ->> 'action' = $9
    OR (metadata ->> 'action' IS NULL AND (event_type = ANY ($10) OR payload ->> 'action' = $9)))
  AND ($11::text IS NULL OR metadata ->> 'client' = $11)
  AND ($12::text IS NULL OR CASE aggregate_type WHEN 'access' THEN payload ->> 'outcome' ELSE 'allowed' END = $12)
  AND ($13::text[] IS NULL OR aggregate_id = ANY ($13)
    OR (aggregate_type = 'access' AND payload ->> 'object' = ANY ($13)))
  AND ($14::uuid IS NULL OR (aggregate_type = 'org' AND aggregate_id = $14::uuid::text))
ORDER BY position DESC
LIMIT $4
