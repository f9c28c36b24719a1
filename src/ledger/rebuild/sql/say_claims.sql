INSERT INTO claims_said (said, org_id, kind, key, aggregate_id)
SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[])
