-- Limits of pools, and what is held of them. Only the last word on each is here, so that what is set and what is lifted
-- never meet.
WITH pool_limit AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]) AS new(org_id, pool_id, resource, at_most)
), lifted AS (
    DELETE FROM pool_limits l
    USING pool_limit new
    WHERE new.at_most IS NULL
      AND l.org_id = new.org_id AND l.pool_id = new.pool_id AND l.resource = new.resource
), limited AS (
    INSERT INTO pool_limits (org_id, pool_id, resource, at_most)
    SELECT org_id, pool_id, resource, at_most::numeric FROM pool_limit WHERE at_most IS NOT NULL
    ON CONFLICT (org_id, pool_id, resource) DO UPDATE SET at_most = excluded.at_most
), holding AS MATERIALIZED (
    SELECT *
    FROM unnest($5::uuid[], $6::uuid[], $7::text[], $8::uuid[], $9::text[])
        AS new(org_id, pool_id, resource, holder_id, amount)
), given_back AS (
    DELETE FROM pool_holdings h
    USING holding new
    WHERE new.amount IS NULL
      AND h.org_id = new.org_id AND h.pool_id = new.pool_id AND h.resource = new.resource
      AND h.holder_id = new.holder_id
)
INSERT INTO pool_holdings (org_id, pool_id, resource, holder_id, amount)
SELECT org_id, pool_id, resource, holder_id, amount::numeric FROM holding WHERE amount IS NOT NULL
ON CONFLICT (org_id, pool_id, resource, holder_id) DO UPDATE SET amount = excluded.amount
