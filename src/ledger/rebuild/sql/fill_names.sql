-- Names taken and given up, and what leans on what. Only the last word on each is here, so that what is taken and what
-- is released never meet.
WITH claim AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[]) AS claim(org_id, kind, key, aggregate_id)
), released AS (
    DELETE FROM claims
    USING claim
    WHERE claim.aggregate_id IS NULL
      AND claims.org_id = claim.org_id AND claims.kind = claim.kind AND claims.key = claim.key
), taken AS (
    INSERT INTO claims (org_id, kind, key, aggregate_id)
    SELECT org_id, kind, key, aggregate_id FROM claim WHERE aggregate_id IS NOT NULL
    ON CONFLICT (org_id, kind, key) DO UPDATE SET aggregate_id = excluded.aggregate_id
), reference AS MATERIALIZED (
    SELECT *
    FROM unnest($5::uuid[], $6::uuid[], $7::text[], $8::uuid[], $9::boolean[], $10::bigint[])
        AS reference(org_id, to_id, kind, from_id, stays, until)
), ended AS (
    DELETE FROM object_references r
    USING reference
    WHERE NOT reference.stays
      AND r.org_id = reference.org_id AND r.to_id = reference.to_id
      AND r.kind = reference.kind AND r.from_id = reference.from_id
)
INSERT INTO object_references (org_id, to_id, kind, from_id, until)
SELECT org_id, to_id, kind, from_id, until FROM reference WHERE stays
ON CONFLICT (org_id, to_id, kind, from_id) DO UPDATE SET until = excluded.until
