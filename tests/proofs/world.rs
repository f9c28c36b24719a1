//! An org with a history, somebody who looks into it, and the arithmetic of whoever trusts nobody.

use quarterdeck::crypto::Keyring;
use quarterdeck::ledger::merkle::{Hash, verify_consistency, verify_inclusion};
use quarterdeck::ledger::proofs::Signed;
use serde_json::{Value, json};
use sqlx::{ConnectOptions, PgConnection};
use testing::{Client, Reply, Service};

/// A service, an org in it, and its administrator.
pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) org: String,
    pub(crate) admin: Client,
}

impl World {
    pub(crate) async fn new() -> Self {
        let service = Service::start().await;
        let made =
            service.operator().post("/v1/orgs", json!({ "metadata": { "name": "acme" }, "spec": {} })).await;
        let org = format!("/v1/orgs/{}", made.is(201).json["metadata"]["id"].as_str().unwrap());
        let admin = member(&service, &org, "ORG_ADMIN").await;
        Self { service, org, admin }
    }

    /// Makes so many projects: one event each.
    pub(crate) async fn projects(&self, names: std::ops::Range<usize>) {
        for name in names {
            let project = json!({ "metadata": { "name": format!("p{name}") }, "spec": {} });
            drop(self.admin.post(&format!("{}/projects", self.org), project).await.is(201));
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.admin.get(&format!("{}/ledger/{path}", self.org)).await
    }

    /// The newest checkpoint.
    pub(crate) async fn checkpoint(&self) -> Signed {
        let reply = self.get("checkpoint").await.is(200);
        self.read(std::str::from_utf8(&reply.bytes).unwrap())
    }

    /// What a note says, which this installation must have signed.
    pub(crate) fn read(&self, note: &str) -> Signed {
        Signed::read(note, &public_keys(&self.service.app.keyring)).unwrap()
    }

    pub(crate) async fn superuser(&self) -> PgConnection {
        let pool = self.service.superuser();
        let mut connection = pool.connect_options().connect().await.unwrap();
        sqlx::raw_sql("SET session_replication_role = replica").execute(&mut connection).await.unwrap();
        connection
    }

    /// The last position of the org.
    pub(crate) async fn head(&self) -> u64 {
        let list = self.admin.get(&format!("{}/projects?limit=1", self.org)).await.is(200);
        list.json["position"].as_u64().unwrap()
    }
}

/// A member of an org with this role, and a key.
pub(crate) async fn member(service: &Service, org: &str, role: &str) -> Client {
    let email = format!("{}@acme.test", role.to_lowercase().replace('_', "-"));
    let user = json!({ "spec": { "email": email, "firstName": "A", "lastName": "B", "access": "programmatic", "roles": [role] } });
    let user = service.operator().post(&format!("{org}/users"), user).await.is(201);
    let id = user.json["metadata"]["id"].as_str().unwrap();
    let key = json!({ "metadata": { "name": "key" }, "spec": {} });
    let key = service.operator().post(&format!("{org}/users/{id}/api-keys"), key).await.is(201);
    let secret = key.json["status"]["secret"].as_str().unwrap();
    service.nobody().with_header("authorization", &format!("Bearer {secret}"))
}

pub(crate) fn public_keys(keyring: &Keyring) -> Vec<[u8; 32]> {
    keyring.public_keys().map(|(_, key)| key).collect()
}

/// A hash in hexadecimal.
pub(crate) fn hash(value: &Value) -> Hash {
    let text = value.as_str().unwrap();
    let bytes = (0..32).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap());
    bytes.collect::<Vec<u8>>().try_into().unwrap()
}

pub(crate) fn hashes(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(hash).collect()
}

/// Checks what a proof says, as an auditor would who has nothing but the answer and the key.
pub(crate) fn check(world: &World, proof: &Value) -> Result<Signed, &'static str> {
    let signed = world.read(proof["checkpoint"].as_str().unwrap());
    let (size, root) = (proof["size"].as_u64().unwrap(), hash(&proof["root"]));
    verify_consistency(size, &root, signed.size, &signed.root, &hashes(&proof["checkpointConsistency"]))
        .map_err(|_| "the tree is not the beginning of the checkpoint's")?;
    if let Some(position) = proof["position"].as_u64() {
        verify_inclusion(&hash(&proof["leaf"]), position - 1, size, &hashes(&proof["hashes"]), &root)
            .map_err(|_| "the leaf is not in the tree")?;
    }
    if let Some(from) = proof["from"].as_u64() {
        verify_consistency(from, &hash(&proof["fromRoot"]), size, &root, &hashes(&proof["consistency"]))
            .map_err(|_| "the earlier tree is not the beginning")?;
    }
    Ok(signed)
}
