(
    -- A range of one name, in its order, and the order of what was renamed: these lead to the indexes whatever the
    -- statistics say.
    (
        SELECT * FROM documents
        WHERE parent_id = parents.id AND kind = $2 AND name BETWEEN $7 AND $7
        ORDER BY name, id
    )
    UNION ALL
    (
        SELECT * FROM documents
        WHERE parent_id = parents.id AND kind = $2 AND name <> $7 AND renamed_at > $3
        ORDER BY renamed_at
    )
    OFFSET 0
)
