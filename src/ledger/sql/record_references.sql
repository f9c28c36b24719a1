WITH new AS MATERIALIZED (
    SELECT *
    FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::boolean[], $6::bigint[])
        AS new(org_id, to_id, kind, from_id, stays, until)
), ended AS (
    DELETE FROM object_references r
    USING new
    WHERE NOT new.stays
      AND r.org_id = new.org_id AND r.to_id = new.to_id AND r.kind = new.kind AND r.from_id = new.from_id
)
INSERT INTO object_references (org_id, to_id, kind, from_id, until)
SELECT org_id, to_id, kind, from_id, until FROM new WHERE stays
ON CONFLICT (org_id, to_id, kind, from_id) DO UPDATE SET until = excluded.until
