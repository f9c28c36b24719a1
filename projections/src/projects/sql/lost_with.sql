WITH tree AS (
    SELECT d.id, d.kind, d.name, NULL::text AS parent, d.deleted_at, d.position
    FROM documents d
    WHERE d.org_id = $1 AND d.parent_id = $2 AND d.kind IN ('Addon', 'Blueprint', 'Cluster', 'Namespace', 'Workload')
    UNION ALL
    SELECT d.id, d.kind, d.name, p.name, d.deleted_at, d.position
    FROM documents p
    JOIN documents d ON d.org_id = $1 AND d.parent_id = p.id AND d.kind IN ('AddonVersion', 'BlueprintVersion')
    WHERE p.org_id = $1 AND p.parent_id = $2 AND p.kind IN ('Addon', 'Blueprint')
),
ended AS (
    SELECT max(v.position) AS position
    FROM document_versions v
    WHERE v.org_id = $1 AND v.id = $2 AND v.deleted_at IS NOT NULL
),
-- When something was last made, restored or published before that.
begun AS (
    SELECT coalesce(max(v.position), 0) AS position
    FROM tree
    JOIN document_versions v ON v.org_id = $1 AND v.id = tree.id
    LEFT JOIN LATERAL (
        SELECT b.deleted_at, b.phase
        FROM document_versions b
        WHERE b.org_id = $1 AND b.id = v.id AND b.version < v.version
        ORDER BY b.version DESC
        LIMIT 1
    ) before ON true
    WHERE v.position < (SELECT position FROM ended)
        AND v.deleted_at IS NULL
        AND (before.phase IS NULL OR before.deleted_at IS NOT NULL
            OR (v.phase = 'published' AND before.phase <> 'published'))
)
SELECT d.kind, d.id, d.name, NULL::text AS parent, NULL::bigint AS position
FROM documents d
WHERE d.org_id = $1 AND d.id = $2 AND d.kind = 'Project'
UNION ALL
(
    SELECT tree.kind, tree.id, tree.name, tree.parent, tree.position
    FROM tree
    WHERE tree.deleted_at IS NOT NULL
        AND tree.position > (SELECT position FROM begun)
        AND tree.position < (SELECT position FROM ended)
    ORDER BY tree.position DESC, tree.id
    LIMIT $3
)
