INSERT INTO idempotency_replies (
    org_id, actor_id, key, fingerprint, answered_at, status, document_id, version, position, refusal, body)
SELECT new.org_id, new.actor_id, new.key, new.fingerprint, $5, new.status, new.document_id, new.version,
    new.position, new.refusal, new.body
FROM unnest(
    $1::uuid[], $2::text[], $3::text[], $4::bytea[], $6::smallint[], $7::uuid[], $8::bigint[], $9::bigint[], $10::text[],
    $11::text[]
) AS new(org_id, actor_id, key, fingerprint, status, document_id, version, position, refusal, body)
