-- What is remembered of a webhook beside its position, and how what waits is found.

ALTER TABLE webhook_cursors
    -- The version of the webhook that it was last seen at. Whoever changes a webhook has it tried at once.
    ADD COLUMN version           bigint NOT NULL DEFAULT 0,
    ADD COLUMN last_delivered_at bigint,
    -- What came of the last attempt, where it failed.
    ADD COLUMN last_error        text;

CREATE INDEX deliveries_waiting ON deliveries (org_id, webhook_id, position) WHERE phase = 'pending';
CREATE INDEX deliveries_by_age ON deliveries (org_id, webhook_id, created_at, position, id);
CREATE INDEX documents_of_webhooks ON documents (org_id, id) WHERE kind = 'Webhook' AND deleted_at IS NULL;
