INSERT INTO scopes (org_id, position, authority)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[])
ON CONFLICT (org_id) DO UPDATE SET
    position = greatest(scopes.position, excluded.position),
    authority = greatest(scopes.authority, excluded.authority)
