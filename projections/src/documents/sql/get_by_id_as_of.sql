-- It as it is, or where it has changed since, as it was before it did. By id and position, whatever the statistics say
-- (OFFSET 0 keeps the other conditions out of the look-up).
SELECT found.id, found.org_id, found.parent_id, found.name, found.phase, found.owner_id, found.version, found.position, found.created_by, found.created_at, found.updated_at, found.deleted_at, found.document
FROM (
    SELECT * FROM (SELECT * FROM documents WHERE id = $3 OFFSET 0) by_id WHERE parent_id = $1 AND kind = $2
) d
CROSS JOIN LATERAL (
    SELECT d.id, d.org_id, d.parent_id, d.name, d.phase, d.owner_id, d.version, d.position, d.created_by, d.created_at, d.updated_at, d.deleted_at, d.document
    WHERE d.position <= $4
    UNION ALL
    (
        SELECT v.id, v.org_id, v.parent_id, v.name, v.phase, v.owner_id, v.version, v.position, v.created_by, v.created_at, v.updated_at, v.deleted_at, v.document
        FROM document_versions v
        WHERE v.org_id = d.org_id AND v.id = d.id AND v.position <= $4 AND d.position > $4
        ORDER BY v.position DESC
        LIMIT 1
    )
) found
