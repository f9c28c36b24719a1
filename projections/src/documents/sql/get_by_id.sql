-- By the primary key, whatever the statistics say (OFFSET 0 keeps the other conditions out of the look-up).
SELECT id, org_id, parent_id, name, phase, owner_id, version, position, created_by, created_at, updated_at, deleted_at, document
FROM (SELECT * FROM documents WHERE id = $3 OFFSET 0) found
WHERE parent_id = $1 AND kind = $2
