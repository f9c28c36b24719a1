-- Every webhook that is sent to, of every org that is active, and what there is to do for it.
SELECT d.org_id,
       d.id,
       c.version IS DISTINCT FROM d.version AS is_news,
       EXISTS (
           SELECT 1 FROM deliveries w
           WHERE w.org_id = c.org_id AND w.webhook_id = c.webhook_id AND w.phase = 'pending'
             AND w.position <= c.position
       ) AS redelivers,
       coalesce(s.position - c.position, 0) AS behind,
       e.recorded_at AS behind_since,
       c.next_attempt_at
FROM documents d
JOIN documents o ON o.org_id = d.org_id AND o.id = d.org_id AND o.phase = 'active'
JOIN scopes s ON s.org_id = d.org_id
LEFT JOIN webhook_cursors c ON c.org_id = d.org_id AND c.webhook_id = d.id
LEFT JOIN events e ON e.org_id = c.org_id AND e.org_position = c.position + 1
WHERE d.kind = 'Webhook' AND d.deleted_at IS NULL AND d.phase = 'active';
