SELECT s.org_id, s.position, s.authority
FROM unnest($1::uuid[]) AS wanted(org_id)
CROSS JOIN LATERAL (
    SELECT org_id, position, authority
    FROM scopes
    WHERE scopes.org_id = wanted.org_id
    LIMIT 1
) s
