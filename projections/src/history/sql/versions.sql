-- Along the primary keys, whatever the statistics say (OFFSET 0 keeps the other conditions out of the look-ups).
SELECT version, document
FROM (
    SELECT version, document
    FROM (SELECT * FROM documents WHERE id = $2 OFFSET 0) newest
    WHERE org_id = $1 AND kind = $3 AND position <= $4 AND version < $5
    UNION ALL
    (
        SELECT version, document
        FROM (
            SELECT * FROM document_versions WHERE id = $2 AND version < $5 ORDER BY version DESC OFFSET 0
        ) earlier
        WHERE org_id = $1 AND kind = $3 AND position <= $4
        ORDER BY version DESC
        LIMIT $6
    )
) found
ORDER BY version DESC
LIMIT $6
