SELECT d.id, d.version, d.phase, d.created_at, d.created_by, d.deleted_at
FROM unnest($1::uuid[]) AS wanted(id)
CROSS JOIN LATERAL (
    SELECT id, version, phase, created_at, created_by, deleted_at
    FROM documents
    WHERE documents.id = wanted.id
    LIMIT 1
) d
