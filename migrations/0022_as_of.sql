-- Reading as of a position costs what reading now costs: each thing's version of then is one look-up, and what is
-- found by another name since is an index range.

CREATE INDEX document_versions_by_position ON document_versions (id, position);

-- What was superseded since is asked no more. Now no index says `superseded`, so that setting it writes to none.
DROP INDEX document_versions_superseded;

-- The position at which it got the name and the external id that it has; nothing if it never had others.
ALTER TABLE documents ADD COLUMN renamed_at bigint;

-- Says of all documents when they were renamed, by their versions.
CREATE FUNCTION mark_renamed() RETURNS void LANGUAGE plpgsql SET enable_seqscan = on SET enable_hashjoin = on AS $$
BEGIN
    UPDATE documents
    SET renamed_at = last.position
    FROM (
        SELECT id, max(position) AS position
        FROM (
            SELECT id, position, lag(version) OVER by_version IS NOT NULL AND (
                name <> lag(name) OVER by_version
                OR external_id IS DISTINCT FROM lag(external_id) OVER by_version) AS renamed
            FROM document_versions
            WINDOW by_version AS (PARTITION BY id ORDER BY version)
        ) versions
        WHERE renamed
        GROUP BY id
    ) last
    WHERE documents.id = last.id;
END $$;

SELECT mark_renamed();

CREATE INDEX documents_renamed ON documents (parent_id, kind, renamed_at) WHERE renamed_at IS NOT NULL;
