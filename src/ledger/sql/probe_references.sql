SELECT wanted.ordinality, r.from_id, d.kind AS from_kind, d.name AS from_name
FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY AS wanted(org_id, to_id, kind, ordinality)
CROSS JOIN LATERAL (
    SELECT from_id
    FROM object_references
    WHERE object_references.org_id = wanted.org_id
      AND object_references.to_id = wanted.to_id
      AND object_references.kind = wanted.kind
      AND (object_references.until IS NULL OR object_references.until > $4)
    ORDER BY from_id
    LIMIT $5
) r
LEFT JOIN LATERAL (
    SELECT kind, name
    FROM documents
    WHERE documents.id = r.from_id
    LIMIT 1
) d ON true
