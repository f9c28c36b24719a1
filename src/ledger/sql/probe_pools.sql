-- What is held is summed only where it matters: where there is, or shall be, a limit.
SELECT wanted.ordinality, l.at_most::text AS at_most, h.held::text AS held, coalesce(o.amount, 0)::text AS own
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::boolean[])
    WITH ORDINALITY AS wanted(org_id, pool_id, resource, holder_id, limited, ordinality)
LEFT JOIN LATERAL (
    SELECT at_most
    FROM pool_limits
    WHERE pool_limits.org_id = wanted.org_id AND pool_limits.pool_id = wanted.pool_id
      AND pool_limits.resource = wanted.resource
    LIMIT 1
) l ON true
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount), 0) AS held
    FROM pool_holdings
    WHERE (wanted.limited OR l.at_most IS NOT NULL)
      AND pool_holdings.org_id = wanted.org_id AND pool_holdings.pool_id = wanted.pool_id
      AND pool_holdings.resource = wanted.resource
) h
LEFT JOIN LATERAL (
    SELECT amount
    FROM pool_holdings
    WHERE (wanted.limited OR l.at_most IS NOT NULL)
      AND pool_holdings.org_id = wanted.org_id AND pool_holdings.pool_id = wanted.pool_id
      AND pool_holdings.resource = wanted.resource AND pool_holdings.holder_id = wanted.holder_id
    LIMIT 1
) o ON true
