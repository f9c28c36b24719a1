-- One page as of a position: of what is listed now, each as it is, or where it has changed since, as it was before it did.
SELECT page.id, page.org_id, page.parent_id, page.name, page.phase, page.owner_id, page.version, page.position, page.created_by, page.created_at, page.updated_at, page.deleted_at, page.document, page.sort_value::text AS sort_value
FROM unnest($1::uuid[]) AS parents(id)
CROSS JOIN LATERAL (
    SELECT found.id, found.org_id, found.parent_id, found.name, found.phase, found.owner_id, found.version, found.position, found.created_by, found.created_at, found.updated_at, found.deleted_at, found.document, found.updated_at AS sort_value
    FROM (
        SELECT * FROM {documents} among
        WHERE parent_id = parents.id AND kind = $2
          AND ($7::text IS NULL OR name = $7 OR renamed_at > $3)
          AND ($10::text IS NULL OR external_id = $10 OR renamed_at > $3)
          AND ($16::uuid[] IS NULL OR id = ANY ($16))
          AND ($17::jsonb IS NULL OR position > $3 OR labels @> $17)
    ) d
    CROSS JOIN LATERAL (
        SELECT * FROM (
            SELECT d.id, d.org_id, d.parent_id, d.name, d.phase, d.labels, d.search, d.external_id, d.owner_id, d.version, d.position, d.created_by, d.created_at, d.updated_at, d.deleted_at, d.document
            WHERE d.position <= $3
            UNION ALL
            (
                SELECT v.id, v.org_id, v.parent_id, v.name, v.phase, v.labels, v.search, v.external_id, v.owner_id, v.version, v.position, v.created_by, v.created_at, v.updated_at, v.deleted_at, v.document
                FROM document_versions v
                WHERE v.org_id = d.org_id AND v.id = d.id AND v.position <= $3 AND d.position > $3
                  AND d.created_at <= (SELECT e.recorded_at FROM events e WHERE e.position = $3)
                ORDER BY v.position DESC
                LIMIT 1
            )
        ) v
        WHERE (v.updated_at, v.id) {after}
          AND {filters}
        OFFSET 0
    ) found
    ORDER BY found.updated_at {order}, found.id {order}
    LIMIT $6
) page
ORDER BY page.sort_value {order}, page.id {order}
LIMIT $6
