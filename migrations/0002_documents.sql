-- Documents: what GET sends, rendered once by the writer. The current ones, and every version there ever was.

CREATE TABLE documents (
    id          uuid   PRIMARY KEY,
    org_id      uuid   NOT NULL,
    -- What lists it: the partner of an org, the org of a project, the project of a cluster.
    parent_id   uuid   NOT NULL,
    kind        text   NOT NULL,
    name        text   COLLATE "C" NOT NULL,
    phase       text   NOT NULL,
    labels      jsonb  NOT NULL,
    -- Lower-case text that `q` looks into; nothing personal.
    search      text   NOT NULL,
    external_id text,
    owner_id    uuid,
    version     bigint NOT NULL,
    position    bigint NOT NULL,
    created_at  bigint NOT NULL,
    created_by  text   NOT NULL,
    updated_at  bigint NOT NULL,
    deleted_at  bigint,
    document    text   NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX documents_by_name ON documents (parent_id, kind, name, id);
CREATE INDEX documents_by_creation ON documents (parent_id, kind, created_at, id);
CREATE INDEX documents_by_owner ON documents (org_id, owner_id, kind) WHERE owner_id IS NOT NULL;
CREATE INDEX documents_by_external_id ON documents (parent_id, kind, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE document_versions (
    id          uuid   NOT NULL,
    version     bigint NOT NULL,
    org_id      uuid   NOT NULL,
    parent_id   uuid   NOT NULL,
    kind        text   NOT NULL,
    name        text   COLLATE "C" NOT NULL,
    phase       text   NOT NULL,
    labels      jsonb  NOT NULL,
    search      text   NOT NULL,
    external_id text,
    owner_id    uuid,
    position    bigint NOT NULL,
    -- Set once, to the position of the version that took this one's place.
    superseded  bigint,
    created_at  bigint NOT NULL,
    created_by  text   NOT NULL,
    updated_at  bigint NOT NULL,
    deleted_at  bigint,
    document    text   NOT NULL,
    PRIMARY KEY (id, version)
) WITH (fillfactor = 90);

CREATE INDEX document_versions_superseded ON document_versions (parent_id, kind, superseded)
    WHERE superseded IS NOT NULL;
