INSERT INTO pool_holdings (org_id, pool_id, resource, holder_id, amount)
SELECT org_id, pool_id, resource, holder_id, amount::numeric
FROM (
    SELECT DISTINCT ON (org_id, pool_id, resource, holder_id) *
    FROM pool_holdings_said
    ORDER BY org_id, pool_id, resource, holder_id, said DESC
) last_word
WHERE amount IS NOT NULL;
DROP TABLE pool_holdings_said
