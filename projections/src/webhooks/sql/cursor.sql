SELECT c.position, c.restart, c.attempts, c.next_attempt_at, s.position AS head
FROM webhook_cursors c
JOIN scopes s ON s.org_id = c.org_id
WHERE c.org_id = $1 AND c.webhook_id = $2
