SELECT v.id, v.version, v.org_id, v.parent_id, v.kind, v.name, v.phase, v.labels, v.search, v.external_id, v.owner_id,
    v.position, v.superseded, v.created_at, v.created_by, v.updated_at, v.deleted_at, v.document
FROM unnest($1::uuid[], $2::bigint[]) AS wanted(id, version)
JOIN document_versions v ON v.id = wanted.id AND v.version = wanted.version
