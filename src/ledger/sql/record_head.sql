WITH head AS (
    UPDATE ledger_head SET position = $1, recorded_at = $2
), batch AS (
    INSERT INTO ledger_batches (recorded_at, position) VALUES ($2, $1)
), moved AS (
    INSERT INTO scopes (org_id, position, authority)
    SELECT * FROM unnest($3::uuid[], $4::bigint[], $5::bigint[])
    ON CONFLICT (org_id) DO UPDATE SET position = excluded.position, authority = excluded.authority
)
SELECT pg_notify('quarterdeck_ledger', $1::bigint::text)
