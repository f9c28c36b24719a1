WITH new AS MATERIALIZED (
    SELECT *
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) AS new(org_id, pool_id, resource, at_most)
), lifted AS (
    DELETE FROM pool_limits l
    USING new
    WHERE new.at_most IS NULL
      AND l.org_id = new.org_id AND l.pool_id = new.pool_id AND l.resource = new.resource
)
INSERT INTO pool_limits (org_id, pool_id, resource, at_most)
SELECT org_id, pool_id, resource, at_most::numeric FROM new WHERE at_most IS NOT NULL
ON CONFLICT (org_id, pool_id, resource) DO UPDATE SET at_most = excluded.at_most
