WITH pool_limit AS (
    INSERT INTO pool_limits_said (said, org_id, pool_id, resource, at_most)
    SELECT $1, org_id, pool_id, resource, at_most::numeric
    FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[]) AS new(org_id, pool_id, resource, at_most)
)
INSERT INTO pool_holdings_said (said, org_id, pool_id, resource, holder_id, amount)
SELECT $1, org_id, pool_id, resource, holder_id, amount::numeric
FROM unnest($6::uuid[], $7::uuid[], $8::text[], $9::uuid[], $10::text[])
    AS new(org_id, pool_id, resource, holder_id, amount)
