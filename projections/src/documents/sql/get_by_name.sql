-- Along the index of names, whatever the statistics say: a range of one name, in its order.
SELECT id, org_id, parent_id, name, phase, owner_id, version, position, created_by, created_at, updated_at, deleted_at, document
FROM (
    SELECT * FROM documents
    WHERE parent_id = $1 AND kind = $2 AND name BETWEEN $3 AND $3
    ORDER BY name, id
    OFFSET 0
) named
WHERE deleted_at IS NULL
ORDER BY created_at DESC
LIMIT 1
