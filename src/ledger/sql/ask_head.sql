SELECT head.position, scopes.org_id
FROM ledger_head head
LEFT JOIN scopes ON scopes.authority > $1
