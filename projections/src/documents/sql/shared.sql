-- What is shared with a project of the org, or with all of them, and lives in another.
SELECT d.id, d.name, d.phase, d.owner_id, d.version
FROM object_references r
JOIN documents d ON d.id = r.from_id AND d.org_id = r.org_id
WHERE r.org_id = $1 AND r.to_id IN ($1, $2) AND r.kind = 'sharedWith'
  AND d.kind = $3 AND d.parent_id <> $2 AND d.deleted_at IS NULL
  AND (d.name = ANY ($4::text[]) OR d.id = ANY ($5::uuid[]))
