-- One page. As of a position: what has not changed since, and what has, as it was before it did.
SELECT page.id, page.org_id, page.parent_id, page.name, page.phase, page.owner_id, page.version, page.position, page.created_by, page.created_at, page.updated_at, page.deleted_at, page.document, page.sort_value::text AS sort_value
FROM unnest($1::uuid[]) AS parents(id)
CROSS JOIN LATERAL (
    (
        SELECT d.id, d.org_id, d.parent_id, d.name, d.phase, d.owner_id, d.version, d.position, d.created_by, d.created_at, d.updated_at, d.deleted_at, d.document, d.updated_at AS sort_value
        FROM documents d
        WHERE d.parent_id = parents.id AND d.kind = $2 AND ($3::bigint IS NULL OR d.position <= $3)
          AND ($4::text IS NULL OR (d.updated_at, d.id) < ($4::text::bigint, $5::uuid))
          AND ($7::text IS NULL OR d.name = $7)
          AND ($8::text IS NULL OR d.phase = $8)
          AND ($9::text IS NULL OR strpos(d.search, $9) > 0)
          AND ($10::text IS NULL OR d.external_id = $10)
          AND ($11::uuid[] IS NULL OR d.owner_id = ANY ($11))
          AND ($12 OR d.deleted_at IS NULL)
          AND ($16::uuid[] IS NULL OR d.id = ANY ($16))
          AND NOT EXISTS (
              SELECT 1 FROM unnest($13::text[], $14::text[], $15::text[]) AS term(key, operator, wanted)
              WHERE NOT CASE term.operator
                  WHEN 'exists' THEN d.labels ? term.key
                  WHEN '!' THEN NOT d.labels ? term.key
                  WHEN 'in' THEN coalesce(d.labels ->> term.key = ANY (string_to_array(term.wanted, ',')), false)
                  ELSE NOT coalesce(d.labels ->> term.key = ANY (string_to_array(term.wanted, ',')), false)
              END)
        ORDER BY d.updated_at DESC, d.id DESC
        LIMIT $6
    )
    UNION ALL
    (
        SELECT v.id, v.org_id, v.parent_id, v.name, v.phase, v.owner_id, v.version, v.position, v.created_by, v.created_at, v.updated_at, v.deleted_at, v.document, v.updated_at AS sort_value
        FROM document_versions v
        WHERE v.parent_id = parents.id AND v.kind = $2 AND v.superseded > $3::bigint AND v.position <= $3
          AND ($4::text IS NULL OR (v.updated_at, v.id) < ($4::text::bigint, $5::uuid))
          AND ($7::text IS NULL OR v.name = $7)
          AND ($8::text IS NULL OR v.phase = $8)
          AND ($9::text IS NULL OR strpos(v.search, $9) > 0)
          AND ($10::text IS NULL OR v.external_id = $10)
          AND ($11::uuid[] IS NULL OR v.owner_id = ANY ($11))
          AND ($12 OR v.deleted_at IS NULL)
          AND ($16::uuid[] IS NULL OR v.id = ANY ($16))
          AND NOT EXISTS (
              SELECT 1 FROM unnest($13::text[], $14::text[], $15::text[]) AS term(key, operator, wanted)
              WHERE NOT CASE term.operator
                  WHEN 'exists' THEN v.labels ? term.key
                  WHEN '!' THEN NOT v.labels ? term.key
                  WHEN 'in' THEN coalesce(v.labels ->> term.key = ANY (string_to_array(term.wanted, ',')), false)
                  ELSE NOT coalesce(v.labels ->> term.key = ANY (string_to_array(term.wanted, ',')), false)
              END)
        ORDER BY v.updated_at DESC, v.id DESC
        LIMIT $6
    )
) page
ORDER BY page.sort_value DESC, page.id DESC
LIMIT $6
