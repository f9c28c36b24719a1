-- By id and position, whatever the statistics say (OFFSET 0 keeps the other conditions out of the look-up).
SELECT id, org_id, parent_id, name, phase, owner_id, version, position, created_by, created_at, updated_at, deleted_at, document
FROM (
    SELECT * FROM document_versions WHERE id = $3 AND position <= $4 ORDER BY position DESC LIMIT 1 OFFSET 0
) found
WHERE parent_id = $1 AND kind = $2
