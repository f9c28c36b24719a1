-- A part of the installation's order, oldest first: all of it, or what is of these scopes and the lives of the orgs that
-- these partners have.
SELECT seen.position, seen.org_id, seen.org_position, seen.event_id, seen.aggregate_type, seen.aggregate_id,
    seen.sequence, seen.payload::text AS payload, seen.metadata::text AS metadata, seen.recorded_at,
    scope.kind AS scope_kind, scope.parent_id AS scope_parent, thing.owner_id, thing.project_id
FROM (
    SELECT * FROM events
    WHERE position > $2 AND position <= $3 AND ($5::text[] IS NULL OR event_type = ANY ($5))
      AND ($1::uuid[] IS NULL OR org_id = ANY ($1) OR (aggregate_type = 'org' AND EXISTS (
          SELECT FROM documents AS org
          WHERE org.id = events.org_id AND org.kind = 'Org' AND org.parent_id = ANY ($1))))
    ORDER BY position
    LIMIT $4
) AS seen
LEFT JOIN documents AS scope ON scope.id = seen.org_id AND scope.org_id = seen.org_id
LEFT JOIN LATERAL (
    SELECT owner_id, document::json #>> '{metadata,projectId}' AS project_id
    FROM document_versions
    WHERE document_versions.id = seen.aggregate_id::uuid
      AND document_versions.version >= seen.sequence
      AND document_versions.org_id = seen.org_id
    ORDER BY document_versions.version
    LIMIT 1
) AS thing ON true
ORDER BY seen.position
