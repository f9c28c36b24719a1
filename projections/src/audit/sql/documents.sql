SELECT wanted.ordinality, after.name, after.owner_id, after.document, before.document AS before
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) WITH ORDINALITY AS wanted(org_id, id, version, ordinality)
CROSS JOIN LATERAL (
    SELECT name, owner_id, document
    FROM documents
    WHERE documents.id = wanted.id
      AND documents.version = wanted.version
      AND documents.org_id = wanted.org_id
    UNION ALL
    SELECT name, owner_id, document
    FROM document_versions
    WHERE document_versions.id = wanted.id
      AND document_versions.version = wanted.version
      AND document_versions.org_id = wanted.org_id
) AS after
LEFT JOIN LATERAL (
    SELECT document
    FROM document_versions
    WHERE document_versions.id = wanted.id
      AND document_versions.version < wanted.version
      AND document_versions.org_id = wanted.org_id
    ORDER BY document_versions.version DESC
    LIMIT 1
) AS before ON true
