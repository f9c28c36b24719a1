SELECT coalesce(l.resource, h.resource) AS resource, l.at_most::text AS at_most, coalesce(h.used, 0)::text AS used
FROM (
    SELECT resource, at_most
    FROM pool_limits
    WHERE org_id = $1 AND pool_id = $2
) l
FULL JOIN (
    SELECT resource, sum(amount) AS used
    FROM pool_holdings
    WHERE org_id = $1 AND pool_id = $2
    GROUP BY resource
) h ON h.resource = l.resource
ORDER BY 1
