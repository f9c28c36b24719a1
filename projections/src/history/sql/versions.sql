-- Along the primary key, whatever the statistics say (OFFSET 0 keeps the other conditions out of the look-up).
SELECT version, document
FROM (SELECT * FROM document_versions WHERE id = $2 AND version < $5 ORDER BY version DESC OFFSET 0) found
WHERE org_id = $1 AND kind = $3 AND position <= $4
ORDER BY version DESC
LIMIT $6
