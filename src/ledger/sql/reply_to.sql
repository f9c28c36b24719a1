SELECT document_id AS id, refusal AS a, body AS b, status::bigint AS m, version AS n, position AS o, fingerprint AS bytes
FROM idempotency_replies
WHERE org_id = $1 AND actor_id = $2 AND key = $3
