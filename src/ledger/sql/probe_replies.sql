SELECT wanted.ordinality, r.fingerprint, r.status, r.document_id, r.version, r.position, r.refusal, r.body
FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS wanted(org_id, actor_id, key, ordinality)
CROSS JOIN LATERAL (
    SELECT fingerprint, status, document_id, version, position, refusal, body
    FROM idempotency_replies
    WHERE idempotency_replies.org_id = wanted.org_id
      AND idempotency_replies.actor_id = wanted.actor_id
      AND idempotency_replies.key = wanted.key
    LIMIT 1
) r
