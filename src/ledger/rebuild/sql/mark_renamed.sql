-- When what has been changed was last given another name, or another external id. What has one version never was.
UPDATE documents
SET renamed_at = last.position
FROM (
    SELECT id, max(position) AS position
    FROM (
        SELECT id, position, lag(version) OVER by_version IS NOT NULL AND (
            name <> lag(name) OVER by_version
            OR external_id IS DISTINCT FROM lag(external_id) OVER by_version) AS renamed
        FROM document_versions
        WHERE id IN (SELECT id FROM document_versions WHERE superseded IS NOT NULL)
        WINDOW by_version AS (PARTITION BY id ORDER BY version)
    ) versions
    WHERE renamed
    GROUP BY id
) last
WHERE documents.id = last.id
