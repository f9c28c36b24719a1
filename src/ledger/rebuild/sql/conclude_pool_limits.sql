INSERT INTO pool_limits (org_id, pool_id, resource, at_most)
SELECT org_id, pool_id, resource, at_most::numeric
FROM (
    SELECT DISTINCT ON (org_id, pool_id, resource) *
    FROM pool_limits_said
    ORDER BY org_id, pool_id, resource, said DESC
) last_word
WHERE at_most IS NOT NULL;
DROP TABLE pool_limits_said
