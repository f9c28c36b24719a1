//! From an identity's state to its document, which no one is sent: it keeps the stream's version and the address.

use crate::documents::{Documented, Draft, Stamps};
use aggregates::user::User;
use serde_json::json;
use uuid::Uuid;
use values::{ScopeId, Sealed};

impl Documented for User {
    const KIND: &'static str = "Person";

    fn is_deleted(&self) -> bool {
        self.erased
    }

    fn phase(&self) -> &'static str {
        if self.erased { "erased" } else { "active" }
    }

    fn draft(&self, stamps: &Stamps) -> Result<Draft, serde_json::Error> {
        let email = self.email.as_ref().map(Sealed::to_string).unwrap_or_default();
        Ok(Draft {
            kind: Self::KIND,
            parent: self.home.map_or(Uuid::nil(), ScopeId::as_uuid),
            name: String::new(),
            phase: self.phase(),
            labels: values::Labels::default(),
            search: String::new(),
            external_id: None,
            owner: None,
            json: serde_json::to_string(&json!({
                "kind": Self::KIND,
                "metadata": { "id": stamps.id, "version": stamps.version },
                "spec": { "email": email },
            }))?,
        })
    }
}
