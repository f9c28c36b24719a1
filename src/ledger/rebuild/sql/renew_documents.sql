INSERT INTO documents (
    id, org_id, parent_id, kind, name, phase, labels, search, external_id,
    owner_id, version, position, created_at, created_by, updated_at, deleted_at, document)
SELECT v.id, v.org_id, v.parent_id, v.kind, v.name, v.phase, v.labels, v.search, v.external_id,
    v.owner_id, v.version, v.position, v.created_at, v.created_by, v.updated_at, v.deleted_at, v.document
FROM unnest($1::uuid[], $2::bigint[]) AS new(id, version)
JOIN document_versions v ON v.id = new.id AND v.version = new.version
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, phase = excluded.phase, labels = excluded.labels, search = excluded.search,
    external_id = excluded.external_id, owner_id = excluded.owner_id, version = excluded.version,
    position = excluded.position, updated_at = excluded.updated_at, deleted_at = excluded.deleted_at,
    document = excluded.document
