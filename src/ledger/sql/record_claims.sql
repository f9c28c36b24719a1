-- Only the last word on each name is here, so that what is taken and what is released never meet.
WITH new AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[]) AS new(org_id, kind, key, aggregate_id)
), released AS (
    DELETE FROM claims
    USING new
    WHERE new.aggregate_id IS NULL
      AND claims.org_id = new.org_id AND claims.kind = new.kind AND claims.key = new.key
)
INSERT INTO claims (org_id, kind, key, aggregate_id)
SELECT org_id, kind, key, aggregate_id FROM new WHERE aggregate_id IS NOT NULL
ON CONFLICT (org_id, kind, key) DO UPDATE SET aggregate_id = excluded.aggregate_id
