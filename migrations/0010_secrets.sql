-- Write-only values: proxy passwords, signing secrets of webhooks. Sealed by the keyring for their own row; events say
-- only which version there is.

CREATE TABLE secrets (
    org_id           uuid   NOT NULL,
    -- What it belongs to.
    id               uuid   NOT NULL,
    version          bigint NOT NULL,
    wrapping_version int    NOT NULL,
    sealed           bytea  NOT NULL,
    PRIMARY KEY (org_id, id, version)
);
