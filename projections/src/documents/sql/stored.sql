SELECT id, org_id, parent_id, name, phase, owner_id, version, position, created_by, created_at, updated_at, deleted_at, document
FROM documents
WHERE id = $1 AND version = $2
UNION ALL
SELECT id, org_id, parent_id, name, phase, owner_id, version, position, created_by, created_at, updated_at, deleted_at, document
FROM document_versions
WHERE id = $1 AND version = $2
