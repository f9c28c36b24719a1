-- What admission needs to know of a batch, in one snapshot. Each part looks each key up by its full index; what `a` to `o`
-- mean in each of them is written beside it.
SELECT 'head' AS part, NULL::bigint AS at, NULL::uuid AS id, NULL::text AS a, NULL::text AS b, NULL::text AS c,
    position AS m, recorded_at AS n, NULL::bigint AS o, NULL::bytea AS bytes
FROM ledger_head
UNION ALL
-- Phase, who made it; version, when it was made, when it was deleted.
SELECT 'stream', wanted.ordinality, NULL, d.phase, d.created_by, NULL, d.version, d.created_at, d.deleted_at, NULL
FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted(id, ordinality)
CROSS JOIN LATERAL (
    SELECT version, phase, created_at, created_by, deleted_at
    FROM documents
    WHERE documents.id = wanted.id
    LIMIT 1
) d
UNION ALL
-- Position, version of who may do what.
SELECT 'scope', wanted.ordinality, NULL, NULL, NULL, NULL, s.position, s.authority, NULL, NULL
FROM unnest($2::uuid[]) WITH ORDINALITY AS wanted(org_id, ordinality)
CROSS JOIN LATERAL (
    SELECT position, authority
    FROM scopes
    WHERE scopes.org_id = wanted.org_id
    LIMIT 1
) s
UNION ALL
-- The holder.
SELECT 'claim', wanted.ordinality, c.aggregate_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM unnest($3::uuid[], $4::text[], $5::text[]) WITH ORDINALITY AS wanted(org_id, kind, key, ordinality)
CROSS JOIN LATERAL (
    SELECT aggregate_id
    FROM claims
    WHERE claims.org_id = wanted.org_id AND claims.kind = wanted.kind AND claims.key = wanted.key
    LIMIT 1
) c
UNION ALL
-- What leans on the target, its kind and name.
SELECT 'reference', wanted.ordinality, r.from_id, d.kind, d.name, NULL, NULL, NULL, NULL, NULL
FROM unnest($6::uuid[], $7::uuid[], $8::text[]) WITH ORDINALITY AS wanted(org_id, to_id, kind, ordinality)
CROSS JOIN LATERAL (
    SELECT from_id
    FROM object_references
    WHERE object_references.org_id = wanted.org_id
      AND object_references.to_id = wanted.to_id
      AND object_references.kind = wanted.kind
      AND (object_references.until IS NULL OR object_references.until > $9)
    ORDER BY from_id
    LIMIT $10
) r
LEFT JOIN LATERAL (
    SELECT kind, name
    FROM documents
    WHERE documents.id = r.from_id
    LIMIT 1
) d ON true
UNION ALL
-- How much there is at most, how much is held, and how much by the holder. What is held is summed only where it matters:
-- where there is, or shall be, a limit.
SELECT 'pool', wanted.ordinality, NULL, l.at_most::text, h.held::text, coalesce(o.amount, 0)::text, NULL, NULL, NULL, NULL
FROM unnest($11::uuid[], $12::uuid[], $13::text[], $14::uuid[], $15::boolean[])
    WITH ORDINALITY AS wanted(org_id, pool_id, resource, holder_id, limited, ordinality)
LEFT JOIN LATERAL (
    SELECT at_most
    FROM pool_limits
    WHERE pool_limits.org_id = wanted.org_id AND pool_limits.pool_id = wanted.pool_id
      AND pool_limits.resource = wanted.resource
    LIMIT 1
) l ON true
CROSS JOIN LATERAL (
    SELECT coalesce(sum(amount), 0) AS held
    FROM pool_holdings
    WHERE (wanted.limited OR l.at_most IS NOT NULL)
      AND pool_holdings.org_id = wanted.org_id AND pool_holdings.pool_id = wanted.pool_id
      AND pool_holdings.resource = wanted.resource
) h
LEFT JOIN LATERAL (
    SELECT amount
    FROM pool_holdings
    WHERE (wanted.limited OR l.at_most IS NOT NULL)
      AND pool_holdings.org_id = wanted.org_id AND pool_holdings.pool_id = wanted.pool_id
      AND pool_holdings.resource = wanted.resource AND pool_holdings.holder_id = wanted.holder_id
    LIMIT 1
) o ON true
UNION ALL
-- That it is kept.
SELECT 'artifact', wanted.ordinality, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM unnest($16::uuid[], $17::text[]) WITH ORDINALITY AS wanted(org_id, sha256, ordinality)
CROSS JOIN LATERAL (
    SELECT size
    FROM artifacts
    WHERE artifacts.org_id = wanted.org_id AND artifacts.sha256 = wanted.sha256
    LIMIT 1
) a
UNION ALL
-- The document's id, the refusal, the body; status, version, position; the fingerprint.
SELECT 'reply', wanted.ordinality, r.document_id, r.refusal, r.body, NULL, r.status::bigint, r.version, r.position, r.fingerprint
FROM unnest($18::uuid[], $19::text[], $20::text[]) WITH ORDINALITY AS wanted(org_id, actor_id, key, ordinality)
CROSS JOIN LATERAL (
    SELECT fingerprint, status, document_id, version, position, refusal, body
    FROM idempotency_replies
    WHERE idempotency_replies.org_id = wanted.org_id
      AND idempotency_replies.actor_id = wanted.actor_id
      AND idempotency_replies.key = wanted.key
    LIMIT 1
) r
