-- A membership, its role bindings, and how the scope stands that it is of.
SELECT m.phase, m.document, s.phase AS scope_phase, role_bindings_of(m.org_id, m.id) AS bindings
FROM documents m
LEFT JOIN documents s ON s.id = m.org_id
WHERE m.org_id = $1 AND m.id = $2 AND m.kind = 'User'
