SELECT id, org_id, parent_id, name, phase, owner_id, version, position, created_by, created_at, updated_at, deleted_at, document
FROM documents
WHERE parent_id = $1 AND kind = $2 AND id = $3
