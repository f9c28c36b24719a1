-- What bears the name still, and was made by then, or what has changed since and bore it then. Along the indexes of names and
-- of what was renamed, whatever the statistics say: a range of one name, in its order.
SELECT id, org_id, parent_id, name, phase, owner_id, version, position, created_by, created_at, updated_at, deleted_at, document
FROM (
    SELECT d.id, d.org_id, d.parent_id, d.name, d.phase, d.owner_id, d.version, d.position, d.created_by, d.created_at, d.updated_at, d.deleted_at, d.document
    FROM (
        SELECT * FROM documents
        WHERE parent_id = $1 AND kind = $2 AND name BETWEEN $3 AND $3
        ORDER BY name, id
        OFFSET 0
    ) d
    WHERE d.position <= $4 AND d.deleted_at IS NULL
    UNION ALL
    SELECT v.id, v.org_id, v.parent_id, v.name, v.phase, v.owner_id, v.version, v.position, v.created_by, v.created_at, v.updated_at, v.deleted_at, v.document
    FROM (
        (
            SELECT id, org_id FROM documents
            WHERE parent_id = $1 AND kind = $2 AND name BETWEEN $3 AND $3 AND position > $4
            ORDER BY name, id
        )
        UNION ALL
        (
            SELECT id, org_id FROM documents
            WHERE parent_id = $1 AND kind = $2 AND name <> $3 AND renamed_at > $4
            ORDER BY renamed_at
        )
    ) changed
    CROSS JOIN LATERAL (
        SELECT * FROM document_versions v
        WHERE v.org_id = changed.org_id AND v.id = changed.id AND v.position <= $4
        ORDER BY v.position DESC
        LIMIT 1
    ) v
    WHERE v.name = $3 AND v.deleted_at IS NULL
) then_live
ORDER BY created_at DESC
LIMIT 1
