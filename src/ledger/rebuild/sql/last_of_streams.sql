SELECT e.position
FROM events e
WHERE e.position > $1 AND e.position <= $2
  AND NOT EXISTS (
      SELECT FROM events n
      WHERE n.aggregate_type = e.aggregate_type AND n.aggregate_id = e.aggregate_id
        AND n.sequence = e.sequence + 1 AND n.position <= $3)
