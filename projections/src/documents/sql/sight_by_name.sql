SELECT id, name, phase, owner_id, version
FROM documents
WHERE org_id = $1 AND name = $2 AND parent_id = $3 AND kind = $4 AND deleted_at IS NULL
ORDER BY created_at DESC
LIMIT 1
