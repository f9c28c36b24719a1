($7::text IS NULL OR v.name = $7)
AND ($8::text IS NULL OR v.phase = $8)
AND ($9::text IS NULL OR strpos(v.search, $9) > 0)
AND ($10::text IS NULL OR v.external_id = $10)
AND ($11::uuid[] IS NULL OR v.owner_id = ANY ($11))
AND ($12 OR v.deleted_at IS NULL)
AND ($17::jsonb IS NULL OR v.labels @> $17)
AND (cardinality($13::text[]) = 0 OR NOT EXISTS (
    SELECT 1 FROM unnest($13::text[], $14::text[], $15::text[]) AS term(key, operator, wanted)
    WHERE NOT CASE term.operator
        WHEN 'exists' THEN v.labels ? term.key
        WHEN '!' THEN NOT v.labels ? term.key
        WHEN 'in' THEN coalesce(v.labels ->> term.key = ANY (string_to_array(term.wanted, ',')), false)
        ELSE NOT coalesce(v.labels ->> term.key = ANY (string_to_array(term.wanted, ',')), false)
    END))
