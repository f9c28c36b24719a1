-- What lives in a project of the org or is shared with it, is in one of these phases, and has the labels that are asked for.
SELECT d.id, d.name, d.phase, d.owner_id, d.version
FROM documents d
WHERE d.org_id = $1 AND d.kind = $3 AND d.deleted_at IS NULL AND d.phase = ANY ($4::text[])
  AND (d.parent_id = $2 OR EXISTS (
      SELECT 1 FROM object_references r
      WHERE r.org_id = $1 AND r.to_id IN ($1, $2) AND r.kind = 'sharedWith' AND r.from_id = d.id))
  AND d.labels @> $8::jsonb
  AND NOT EXISTS (
      SELECT 1 FROM unnest($5::text[], $6::text[], $7::text[]) AS term(key, operator, wanted)
      WHERE NOT CASE term.operator
          WHEN 'exists' THEN d.labels ? term.key
          WHEN '!' THEN NOT d.labels ? term.key
          WHEN 'in' THEN coalesce(d.labels ->> term.key = ANY (string_to_array(term.wanted, ',')), false)
          ELSE NOT coalesce(d.labels ->> term.key = ANY (string_to_array(term.wanted, ',')), false)
      END)
ORDER BY d.name, d.id
