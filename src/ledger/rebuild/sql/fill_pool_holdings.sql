WITH new AS MATERIALIZED (
    SELECT *
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[])
        AS new(org_id, pool_id, resource, holder_id, amount)
), released AS (
    DELETE FROM pool_holdings h
    USING new
    WHERE new.amount IS NULL
      AND h.org_id = new.org_id AND h.pool_id = new.pool_id AND h.resource = new.resource
      AND h.holder_id = new.holder_id
)
INSERT INTO pool_holdings (org_id, pool_id, resource, holder_id, amount)
SELECT org_id, pool_id, resource, holder_id, amount::numeric FROM new WHERE amount IS NOT NULL
ON CONFLICT (org_id, pool_id, resource, holder_id) DO UPDATE SET amount = excluded.amount
