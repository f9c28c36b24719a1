INSERT INTO scopes_said (org_id, position, authority)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[])
