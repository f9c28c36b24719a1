(
    (
        SELECT * FROM documents
        WHERE parent_id = parents.id AND kind = $2 AND external_id BETWEEN $10 AND $10
        ORDER BY external_id
    )
    UNION ALL
    (
        SELECT * FROM documents
        WHERE parent_id = parents.id AND kind = $2 AND external_id IS DISTINCT FROM $10 AND renamed_at > $3
        ORDER BY renamed_at
    )
    OFFSET 0
)
