WITH new AS MATERIALIZED (
    SELECT *
    FROM unnest(
        $1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
        $10::uuid[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::text[], $17::bigint[], $18::text[]
    ) AS new(id, org_id, parent_id, kind, name, phase, labels, search, external_id,
        owner_id, version, supersedes, position, created_at, created_by, deleted_at, document)
), current AS (
    INSERT INTO documents (
        id, org_id, parent_id, kind, name, phase, labels, search, external_id,
        owner_id, version, position, created_at, created_by, updated_at, deleted_at, document)
    SELECT id, org_id, parent_id, kind, name, phase, labels::jsonb, search, external_id,
        owner_id, version, position, created_at, created_by, $16, deleted_at, document
    FROM new
    ON CONFLICT (id) DO UPDATE SET
        name = excluded.name, phase = excluded.phase, labels = excluded.labels, search = excluded.search,
        external_id = excluded.external_id, owner_id = excluded.owner_id, version = excluded.version,
        position = excluded.position, updated_at = excluded.updated_at, deleted_at = excluded.deleted_at,
        document = excluded.document
), superseded AS (
    UPDATE document_versions
    SET superseded = new.position
    FROM new
    WHERE new.supersedes > 0 AND document_versions.id = new.id AND document_versions.version = new.supersedes
)
INSERT INTO document_versions (
    id, org_id, parent_id, kind, name, phase, labels, search, external_id,
    owner_id, version, position, created_at, created_by, updated_at, deleted_at, document)
SELECT id, org_id, parent_id, kind, name, phase, labels::jsonb, search, external_id,
    owner_id, version, position, created_at, created_by, $16, deleted_at, document
FROM new
