UPDATE document_versions v
SET superseded = before.superseded
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS before(id, version, superseded)
WHERE v.id = before.id AND v.version = before.version
