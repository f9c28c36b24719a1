INSERT INTO object_references_said (said, org_id, to_id, kind, from_id, stays, until)
SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::boolean[], $7::bigint[])
