INSERT INTO claims (org_id, kind, key, aggregate_id)
SELECT org_id, kind, key, aggregate_id
FROM (
    SELECT DISTINCT ON (org_id, kind, key) *
    FROM claims_said
    ORDER BY org_id, kind, key, said DESC
) last_word
WHERE aggregate_id IS NOT NULL;
DROP TABLE claims_said
