-- Orgs that wait for their partner's word: counted before another may sign up, and turned down when they wait too long.

CREATE INDEX documents_waiting ON documents (parent_id, created_at) WHERE kind = 'Org' AND phase = 'pendingApproval';
