SELECT id, org_id, parent_id, name, phase, owner_id, version, position, created_by, created_at, updated_at, deleted_at, document
FROM document_versions
WHERE parent_id = $1 AND kind = $2 AND id = $3 AND position <= $4
ORDER BY version DESC
LIMIT 1
