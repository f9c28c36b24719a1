INSERT INTO object_references (org_id, to_id, kind, from_id, until)
SELECT org_id, to_id, kind, from_id, until
FROM (
    SELECT DISTINCT ON (org_id, to_id, kind, from_id) *
    FROM object_references_said
    ORDER BY org_id, to_id, kind, from_id, said DESC
) last_word
WHERE stays;
DROP TABLE object_references_said
