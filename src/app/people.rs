//! Persons' keys: sealing what is personal before it becomes a command, opening it before it is sent.

use crate::crypto::{Keyring, PersonKey, Random, WrappedKey, open_spans, sealed_persons};
use crate::ledger::head::{Changed, HeadWatch};
use crate::ledger::unit::PersonKeyRow;
use sqlx::{PgPool, Row};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use uuid::Uuid;
use values::{ScopeId, Sealed};

/// The most persons whose keys are remembered.
const MOST: usize = 10_000;

/// Seals and opens.
#[derive(Debug)]
pub struct People {
    pool: PgPool,
    keyring: Arc<Keyring>,
    random: Random,
    head: HeadWatch,
    remembered: Arc<Remembered>,
}

/// Remembered keys, and the scopes they are of: forgotten scope by scope when rights change there, and so when somebody is
/// erased.
#[derive(Debug, Default)]
struct Remembered {
    keys: RwLock<HashMap<Uuid, (ScopeId, Arc<PersonKey>)>>,
    /// Counts how often something was forgotten, so that what was read before is not remembered after.
    forgotten: AtomicU64,
}

impl Remembered {
    fn ticket(&self) -> u64 {
        self.forgotten.load(Ordering::SeqCst)
    }

    fn put(&self, ticket: u64, new: impl IntoIterator<Item = (Uuid, (ScopeId, Arc<PersonKey>))>) {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if self.ticket() != ticket {
            return;
        }
        if keys.len() >= MOST {
            keys.clear();
        }
        keys.extend(new);
    }

    fn forget(&self, changed: Changed) {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        self.forgotten.fetch_add(1, Ordering::SeqCst);
        keys.retain(|_, (of, _)| !changed.may_concern(*of));
    }
}

/// A person that can be sealed for.
#[derive(Clone, Debug)]
pub struct Person {
    /// Its id.
    pub id: Uuid,
    key: Arc<PersonKey>,
}

impl Person {
    /// Seals a text.
    #[must_use]
    pub fn seal(&self, text: &str) -> Sealed {
        self.key.seal(self.id, text)
    }

    /// Seals a text that may be empty, as nothing.
    #[must_use]
    pub fn seal_unless_empty(&self, text: &str) -> Option<Sealed> {
        (!text.is_empty()).then(|| self.seal(text))
    }
}

impl People {
    /// Over this database and keyring.
    #[must_use]
    pub fn new(pool: PgPool, keyring: Arc<Keyring>, random: Random, head: HeadWatch) -> Self {
        let remembered = Arc::new(Remembered::default());
        let forgetful = Arc::clone(&remembered);
        head.on_authority_change(move |changed| forgetful.forget(changed));
        Self { pool, keyring, random, head, remembered }
    }

    /// A person nobody knew: its key is stored with the unit that makes it known.
    #[must_use]
    pub fn make(&self, id: Uuid, home: ScopeId) -> (Person, PersonKeyRow) {
        let key = PersonKey::generate(&self.random);
        let wrapped = key.wrap(&self.keyring, &self.random, id);
        let row = PersonKeyRow {
            person: id,
            scope: home,
            wrapping_version: wrapped.wrapping_version,
            wrapped: wrapped.bytes,
        };
        let key = Arc::new(key);
        // Whoever makes a person is about to be answered with a document that has it inside.
        self.remembered.put(self.remembered.ticket(), [(id, (home, Arc::clone(&key)))]);
        (Person { id, key }, row)
    }

    /// A person that is known; `None` when it was erased.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn find(&self, id: Uuid) -> Result<Option<Person>, sqlx::Error> {
        let keys = self.keys_of(&[id]).await?;
        Ok(keys.get(&id).map(|key| Person { id, key: Arc::clone(key) }))
    }

    /// Opens every sealed span in a document.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn open(&self, json: String) -> Result<String, sqlx::Error> {
        self.open_as_if(json, &[], &[]).await
    }

    /// Opens every sealed span in a document as if these persons were known, and those were not any more: as it will be
    /// after what is a dry run.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn open_as_if(
        &self,
        json: String,
        new: &[Person],
        gone: &[Uuid],
    ) -> Result<String, sqlx::Error> {
        let people = sealed_persons(json.as_bytes());
        if people.is_empty() {
            return Ok(json);
        }
        let mut keys = self.keys_of(&people).await?;
        keys.extend(new.iter().map(|person| (person.id, Arc::clone(&person.key))));
        keys.retain(|id, _| !gone.contains(id));
        let opened = open_spans(json.as_bytes(), |sealed| keys.get(&sealed.person())?.open(sealed).ok());
        String::from_utf8(opened.into_owned()).map_err(|error| sqlx::Error::Decode(error.into()))
    }

    async fn keys_of(&self, people: &[Uuid]) -> Result<HashMap<Uuid, Arc<PersonKey>>, sqlx::Error> {
        let mut found = HashMap::with_capacity(people.len());
        let ticket = self.remembered.ticket();
        if self.head.is_confirmed() {
            let keys = self.remembered.keys.read().unwrap_or_else(PoisonError::into_inner);
            found.extend(people.iter().filter_map(|id| Some((*id, Arc::clone(&keys.get(id)?.1)))));
        }
        let missing: Vec<Uuid> = people.iter().filter(|id| !found.contains_key(id)).copied().collect();
        if missing.is_empty() {
            return Ok(found);
        }
        let rows = sqlx::query(
            "SELECT person_id, org_id, wrapping_version, wrapped FROM person_keys WHERE person_id = ANY ($1)",
        )
        .bind(&missing)
        .fetch_all(&self.pool)
        .await?;
        let mut loaded = Vec::with_capacity(rows.len());
        for row in rows {
            let id: Uuid = row.try_get("person_id")?;
            let wrapped = WrappedKey {
                wrapping_version: row.try_get("wrapping_version")?,
                bytes: row.try_get("wrapped")?,
            };
            let key = PersonKey::unwrap(&self.keyring, id, &wrapped)
                .map_err(|error| sqlx::Error::Decode(error.into()))?;
            let scope = ScopeId::from(row.try_get::<Uuid, _>("org_id")?);
            loaded.push((id, (scope, Arc::new(key))));
        }
        self.remembered.put(ticket, loaded.iter().cloned());
        found.extend(loaded.into_iter().map(|(id, (_, key))| (id, key)));
        Ok(found)
    }
}
