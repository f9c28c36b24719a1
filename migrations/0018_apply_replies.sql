-- What was answered under an idempotency key where that is no document: the results of many documents at once.

ALTER TABLE idempotency_replies ADD COLUMN body text;
