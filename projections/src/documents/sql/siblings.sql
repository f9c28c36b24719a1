-- Along the indexes of names and ids, whatever the statistics say: a range of each name, in its order.
SELECT found.id, found.name, found.phase, found.owner_id, found.version
FROM unnest($4::text[]) AS wanted(name)
CROSS JOIN LATERAL (
    SELECT * FROM documents
    WHERE parent_id = $2 AND kind = $3 AND name BETWEEN wanted.name AND wanted.name
    ORDER BY name, id
    OFFSET 0
) found
WHERE found.org_id = $1 AND found.deleted_at IS NULL
UNION
SELECT found.id, found.name, found.phase, found.owner_id, found.version
FROM (SELECT * FROM documents WHERE id = ANY ($5::uuid[]) OFFSET 0) found
WHERE found.org_id = $1 AND found.parent_id = $2 AND found.kind = $3 AND found.deleted_at IS NULL
