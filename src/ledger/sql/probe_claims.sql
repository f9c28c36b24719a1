SELECT wanted.ordinality, c.aggregate_id
FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS wanted(org_id, kind, key, ordinality)
CROSS JOIN LATERAL (
    SELECT aggregate_id
    FROM claims
    WHERE claims.org_id = wanted.org_id AND claims.kind = wanted.kind AND claims.key = wanted.key
    LIMIT 1
) c
