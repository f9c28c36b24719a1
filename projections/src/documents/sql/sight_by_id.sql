SELECT id, name, phase, owner_id, version
FROM documents
WHERE org_id = $1 AND id = $2 AND parent_id = $3 AND kind = $4
