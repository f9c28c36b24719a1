SELECT id, version, org_id, parent_id, kind, name, phase, labels, search, external_id, owner_id, position,
    NULL::bigint AS superseded, created_at, created_by, updated_at, deleted_at, document
FROM documents
WHERE id = ANY ($1::uuid[])
