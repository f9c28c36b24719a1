-- Each by the primary key, whatever the statistics say.
SELECT wanted.ordinality, id, org_id, parent_id, name, phase, owner_id, version, position, created_by, created_at, updated_at,
    deleted_at, document
FROM unnest($1::uuid[], $2::text[], $3::uuid[]) WITH ORDINALITY AS wanted(in_parent, of_kind, by_id, ordinality)
CROSS JOIN LATERAL (SELECT * FROM documents WHERE documents.id = wanted.by_id LIMIT 1) found
WHERE found.parent_id = wanted.in_parent AND found.kind = wanted.of_kind
