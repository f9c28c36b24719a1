INSERT INTO documents (
    id, org_id, parent_id, kind, name, phase, labels, search, external_id,
    owner_id, version, position, created_at, created_by, updated_at, deleted_at, document)
SELECT id, org_id, parent_id, kind, name, phase, labels, search, external_id,
    owner_id, version, position, created_at, created_by, updated_at, deleted_at, document
FROM document_versions
WHERE superseded IS NULL
