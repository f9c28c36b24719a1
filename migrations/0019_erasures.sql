-- Erasing persons: which memberships still know who their user is, and where the ledger says who was erased.

INSERT INTO object_references (org_id, to_id, kind, from_id)
SELECT owner_id, owner_id, 'membershipOf', id FROM documents WHERE kind = 'User'
ON CONFLICT DO NOTHING;

CREATE INDEX events_of_erasures ON events (position) WHERE event_type IN ('membership.erased', 'user.erased');
