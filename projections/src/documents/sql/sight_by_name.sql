-- Along the index of names, whatever the statistics say: a range of one name, in its order.
SELECT id, name, phase, owner_id, version
FROM (
    SELECT * FROM documents
    WHERE parent_id = $3 AND kind = $4 AND name BETWEEN $2 AND $2
    ORDER BY name, id
    OFFSET 0
) named
WHERE org_id = $1 AND deleted_at IS NULL
ORDER BY created_at DESC
LIMIT 1
