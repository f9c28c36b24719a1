-- A key, the membership it opens and the role bindings of that, the scope that is a membership of, and the version of who may do what there.
SELECT v.org_id, v.key_id, v.pepper_version, v.verifier,
    k.phase AS key_phase, k.document AS key_document,
    m.id AS membership_id, m.owner_id AS user_id, m.phase AS membership_phase, m.name AS membership_name, m.document AS membership_document,
    s.kind AS scope_kind, s.phase AS scope_phase, s.parent_id AS scope_parent,
    coalesce(a.authority, 0) AS authority,
    role_bindings_of(v.org_id, m.id) AS bindings
FROM key_verifiers v
JOIN documents k ON k.id = v.key_id
JOIN documents m ON m.id = k.owner_id
LEFT JOIN documents s ON s.id = v.org_id
LEFT JOIN scopes a ON a.org_id = v.org_id
WHERE v.access_key_id = $1
