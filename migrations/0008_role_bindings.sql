-- The role bindings by which a membership has roles: its own and those of its groups. They are found by the scope that
-- the membership is of, which for the partner's staff is not the org that let them in.

CREATE FUNCTION role_bindings_of(in_scope uuid, in_membership uuid) RETURNS text
LANGUAGE sql STABLE SET enable_seqscan = off AS $$
    SELECT json_agg(json_build_object('org', b.org_id, 'group', held.group_id, 'document', b.document::json))::text
    FROM (
        SELECT r.from_id AS binding_id, NULL::uuid AS group_id
        FROM object_references r
        WHERE r.org_id = in_scope AND r.to_id = in_membership AND r.kind = 'grants'
        UNION ALL
        SELECT r.from_id, g.from_id
        FROM object_references g
        JOIN object_references r ON r.org_id = g.org_id AND r.to_id = g.from_id AND r.kind = 'grants'
        WHERE g.org_id = in_scope AND g.to_id = in_membership AND g.kind = 'includes'
    ) held
    CROSS JOIN LATERAL (
        SELECT d.org_id, d.document
        FROM documents d
        WHERE d.id = held.binding_id AND d.kind = 'RoleBinding' AND d.deleted_at IS NULL
        LIMIT 1
    ) b
$$;
