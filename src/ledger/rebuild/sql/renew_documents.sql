INSERT INTO documents (
    id, org_id, parent_id, kind, name, phase, labels, search, external_id,
    owner_id, version, position, created_at, created_by, updated_at, deleted_at, document, renamed_at)
SELECT v.id, v.org_id, v.parent_id, v.kind, v.name, v.phase, v.labels, v.search, v.external_id,
    v.owner_id, v.version, v.position, v.created_at, v.created_by, v.updated_at, v.deleted_at, v.document,
    (
        SELECT max(since.position)
        FROM (
            SELECT s.position, lag(s.version) OVER by_version IS NOT NULL AND (
                s.name <> lag(s.name) OVER by_version
                OR s.external_id IS DISTINCT FROM lag(s.external_id) OVER by_version) AS renamed
            FROM document_versions s
            WHERE s.id = v.id AND s.version >= coalesce(before.version, 0)
            WINDOW by_version AS (ORDER BY s.version)
        ) since
        WHERE since.renamed
    )
FROM unnest($1::uuid[], $2::bigint[]) AS new(id, version)
JOIN document_versions v ON v.id = new.id AND v.version = new.version
LEFT JOIN documents before ON before.org_id = v.org_id AND before.id = v.id
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, phase = excluded.phase, labels = excluded.labels, search = excluded.search,
    external_id = excluded.external_id, owner_id = excluded.owner_id, version = excluded.version,
    position = excluded.position, updated_at = excluded.updated_at, deleted_at = excluded.deleted_at,
    document = excluded.document, renamed_at = coalesce(excluded.renamed_at, documents.renamed_at)
