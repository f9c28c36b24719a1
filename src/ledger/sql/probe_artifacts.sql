SELECT wanted.ordinality
FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS wanted(org_id, sha256, ordinality)
CROSS JOIN LATERAL (
    SELECT size
    FROM artifacts
    WHERE artifacts.org_id = wanted.org_id AND artifacts.sha256 = wanted.sha256
    LIMIT 1
) a
