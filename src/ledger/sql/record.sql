-- A batch: the head, if it is still where the batch was judged, and with it everything else; nothing where it is not.
WITH head AS (
    UPDATE ledger_head SET position = $1, recorded_at = $2
    WHERE position = $3 AND recorded_at = $4
    RETURNING position
), batch AS (
    INSERT INTO ledger_batches (recorded_at, position)
    SELECT $2, position FROM head WHERE position > $3
), event AS (
    INSERT INTO events (
        position, org_id, org_position, event_id, aggregate_type, aggregate_id, sequence,
        event_type, event_version, payload, metadata, leaf, recorded_at)
    SELECT new.position, new.org_id, new.org_position, new.event_id, new.aggregate_type, new.aggregate_id,
        new.sequence, new.event_type, new.event_version, new.payload::json, new.metadata::json, new.leaf, $2
    FROM head, unnest(
        $5::bigint[], $6::uuid[], $7::bigint[], $8::uuid[], $9::text[], $10::text[], $11::bigint[],
        $12::text[], $13::text[], $14::text[], $15::text[], $16::bytea[]
    ) AS new(position, org_id, org_position, event_id, aggregate_type, aggregate_id, sequence,
        event_type, event_version, payload, metadata, leaf)
), scope AS (
    INSERT INTO scopes (org_id, position, authority)
    SELECT new.org_id, new.position, new.authority
    FROM head, unnest($17::uuid[], $18::bigint[], $19::bigint[]) AS new(org_id, position, authority)
    ON CONFLICT (org_id) DO UPDATE SET position = excluded.position, authority = excluded.authority
), document AS MATERIALIZED (
    SELECT new.*
    FROM head, unnest(
        $20::uuid[], $21::uuid[], $22::uuid[], $23::text[], $24::text[], $25::text[], $26::text[], $27::text[],
        $28::text[], $29::uuid[], $30::bigint[], $31::bigint[], $32::bigint[], $33::bigint[], $34::text[],
        $35::bigint[], $36::text[]
    ) AS new(id, org_id, parent_id, kind, name, phase, labels, search,
        external_id, owner_id, version, supersedes, position, created_at, created_by,
        deleted_at, document)
), earlier AS (
    -- All parts see the tables as they were: this row is replaced by the next part.
    INSERT INTO document_versions (
        id, org_id, parent_id, kind, name, phase, labels, search, external_id,
        owner_id, version, position, created_at, created_by, updated_at, deleted_at, document)
    SELECT d.id, d.org_id, d.parent_id, d.kind, d.name, d.phase, d.labels, d.search, d.external_id,
        d.owner_id, d.version, d.position, d.created_at, d.created_by, d.updated_at, d.deleted_at, d.document
    FROM document
    JOIN documents d ON d.org_id = document.org_id AND d.id = document.id
    WHERE document.supersedes > 0
), current AS (
    INSERT INTO documents (
        id, org_id, parent_id, kind, name, phase, labels, search, external_id,
        owner_id, version, position, created_at, created_by, updated_at, deleted_at, document)
    SELECT id, org_id, parent_id, kind, name, phase, labels::jsonb, search, external_id,
        owner_id, version, position, created_at, created_by, $2, deleted_at, document
    FROM document
    ON CONFLICT (id) DO UPDATE SET
        name = excluded.name, phase = excluded.phase, labels = excluded.labels, search = excluded.search,
        external_id = excluded.external_id, owner_id = excluded.owner_id, version = excluded.version,
        position = excluded.position, updated_at = excluded.updated_at, deleted_at = excluded.deleted_at,
        document = excluded.document,
        renamed_at = CASE
            WHEN documents.name = excluded.name AND documents.external_id IS NOT DISTINCT FROM excluded.external_id
            THEN documents.renamed_at
            ELSE excluded.position
        END
), claim AS MATERIALIZED (
    -- Only the last word on each name is here, so that what is taken and what is released never meet.
    SELECT new.*
    FROM head, unnest($37::uuid[], $38::text[], $39::text[], $40::uuid[]) AS new(org_id, kind, key, aggregate_id)
), released AS (
    DELETE FROM claims
    USING claim
    WHERE claim.aggregate_id IS NULL
      AND claims.org_id = claim.org_id AND claims.kind = claim.kind AND claims.key = claim.key
), taken AS (
    INSERT INTO claims (org_id, kind, key, aggregate_id)
    SELECT org_id, kind, key, aggregate_id FROM claim WHERE aggregate_id IS NOT NULL
    ON CONFLICT (org_id, kind, key) DO UPDATE SET aggregate_id = excluded.aggregate_id
), reference AS MATERIALIZED (
    SELECT new.*
    FROM head, unnest($41::uuid[], $42::uuid[], $43::text[], $44::uuid[], $45::boolean[], $46::bigint[])
        AS new(org_id, to_id, kind, from_id, stays, until)
), ended AS (
    DELETE FROM object_references r
    USING reference
    WHERE NOT reference.stays
      AND r.org_id = reference.org_id AND r.to_id = reference.to_id
      AND r.kind = reference.kind AND r.from_id = reference.from_id
), begun AS (
    INSERT INTO object_references (org_id, to_id, kind, from_id, until)
    SELECT org_id, to_id, kind, from_id, until FROM reference WHERE stays
    ON CONFLICT (org_id, to_id, kind, from_id) DO UPDATE SET until = excluded.until
), reply AS (
    INSERT INTO idempotency_replies (
        org_id, actor_id, key, fingerprint, answered_at, status, document_id, version, position, refusal, body)
    SELECT new.org_id, new.actor_id, new.key, new.fingerprint, $2, new.status, new.document_id, new.version,
        new.position, new.refusal, new.body
    FROM head, unnest(
        $47::uuid[], $48::text[], $49::text[], $50::bytea[], $51::smallint[], $52::uuid[], $53::bigint[],
        $54::bigint[], $55::text[], $56::text[]
    ) AS new(org_id, actor_id, key, fingerprint, status, document_id, version, position, refusal, body)
), person_key AS (
    INSERT INTO person_keys (person_id, org_id, wrapping_version, wrapped)
    SELECT new.person_id, new.org_id, new.wrapping_version, new.wrapped
    FROM head, unnest($57::uuid[], $58::uuid[], $59::int[], $60::bytea[])
        AS new(person_id, org_id, wrapping_version, wrapped)
), destroyed AS (
    DELETE FROM person_keys
    USING head, unnest($87::uuid[]) AS gone(person_id)
    WHERE person_keys.person_id = gone.person_id
), verifier AS (
    INSERT INTO key_verifiers (access_key_id, org_id, key_id, pepper_version, verifier)
    SELECT new.access_key_id, new.org_id, new.key_id, new.pepper_version, new.verifier
    FROM head, unnest($61::text[], $62::uuid[], $63::uuid[], $64::int[], $65::bytea[])
        AS new(access_key_id, org_id, key_id, pepper_version, verifier)
), secret AS (
    INSERT INTO secrets (org_id, id, version, wrapping_version, sealed)
    SELECT new.org_id, new.id, new.version, new.wrapping_version, new.sealed
    FROM head, unnest($66::uuid[], $67::uuid[], $68::bigint[], $69::int[], $70::bytea[])
        AS new(org_id, id, version, wrapping_version, sealed)
), join_token AS (
    -- A batch has one unit a cluster at most, so that no row is written twice.
    INSERT INTO join_tokens (org_id, cluster_id, token, pepper_version, verifier)
    SELECT new.org_id, new.cluster_id, new.token, new.pepper_version, new.verifier
    FROM head, unnest($71::uuid[], $72::uuid[], $73::uuid[], $74::int[], $75::bytea[])
        AS new(org_id, cluster_id, token, pepper_version, verifier)
    ON CONFLICT (org_id, cluster_id) DO UPDATE SET token = excluded.token,
        pepper_version = excluded.pepper_version, verifier = excluded.verifier
), artifact AS (
    UPDATE artifacts SET used = true
    FROM head, unnest($76::uuid[], $77::text[]) AS new(org_id, sha256)
    WHERE artifacts.org_id = new.org_id AND artifacts.sha256 = new.sha256 AND NOT artifacts.used
), pool_limit AS MATERIALIZED (
    SELECT new.*
    FROM head, unnest($78::uuid[], $79::uuid[], $80::text[], $81::text[]) AS new(org_id, pool_id, resource, at_most)
), lifted AS (
    DELETE FROM pool_limits l
    USING pool_limit new
    WHERE new.at_most IS NULL
      AND l.org_id = new.org_id AND l.pool_id = new.pool_id AND l.resource = new.resource
), limited AS (
    INSERT INTO pool_limits (org_id, pool_id, resource, at_most)
    SELECT org_id, pool_id, resource, at_most::numeric FROM pool_limit WHERE at_most IS NOT NULL
    ON CONFLICT (org_id, pool_id, resource) DO UPDATE SET at_most = excluded.at_most
), holding AS MATERIALIZED (
    SELECT new.*
    FROM head, unnest($82::uuid[], $83::uuid[], $84::text[], $85::uuid[], $86::text[])
        AS new(org_id, pool_id, resource, holder_id, amount)
), given_back AS (
    DELETE FROM pool_holdings h
    USING holding new
    WHERE new.amount IS NULL
      AND h.org_id = new.org_id AND h.pool_id = new.pool_id AND h.resource = new.resource
      AND h.holder_id = new.holder_id
), held AS (
    INSERT INTO pool_holdings (org_id, pool_id, resource, holder_id, amount)
    SELECT org_id, pool_id, resource, holder_id, amount::numeric FROM holding WHERE amount IS NOT NULL
    ON CONFLICT (org_id, pool_id, resource, holder_id) DO UPDATE SET amount = excluded.amount
)
-- One word to whoever listens: NOTIFY locks the whole installation at commit, so it is said once a batch.
SELECT pg_notify('quarterdeck_ledger', position::text) FROM head
