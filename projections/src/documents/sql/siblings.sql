SELECT id, name, phase, owner_id, version
FROM documents
WHERE org_id = $1 AND parent_id = $2 AND kind = $3 AND name = ANY ($4::text[]) AND deleted_at IS NULL
UNION
SELECT id, name, phase, owner_id, version
FROM documents
WHERE org_id = $1 AND parent_id = $2 AND kind = $3 AND id = ANY ($5::uuid[]) AND deleted_at IS NULL
