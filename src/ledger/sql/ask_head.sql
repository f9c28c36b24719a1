SELECT head.position, scopes.org_id, concat_ws(' ', to_regclass('documents')::oid, to_regclass('claims')::oid,
    to_regclass('object_references')::oid, to_regclass('scopes')::oid) AS generation
FROM ledger_head head
LEFT JOIN scopes ON scopes.authority > $1
