//! What a plan begins with: the streams that it changes, as they are there or as they are remembered.

use super::{Edit, Plan};
use crate::app::Refused;
use crate::ledger::compose::{ComposeError, Loaded};
use aggregates::facts::Facts;
use cqrs_es::Aggregate;
use projections::documents::{self, Documented};
use std::sync::Arc;
use uuid::Uuid;
use values::ScopeId;

impl Plan<'_> {
    /// Plans on what is remembered of the stream that is answered. The plan counts only if it changes that stream.
    pub(in crate::app) const fn may_remember(&mut self) {
        self.may_remember = true;
    }

    /// The stream that is planned on as it is remembered.
    pub(in crate::app) fn remembered(&self) -> Option<Uuid> {
        self.remembered.as_ref().map(|(id, _)| *id)
    }

    /// Loads a stream, as it is after the changes made so far.
    ///
    /// # Errors
    /// The stream is at another version, or cannot be loaded.
    pub async fn load<A>(&self, id: Uuid) -> Result<Loaded<A>, Refused>
    where
        A: Aggregate + Clone + 'static,
        A::Error: Into<Refused>,
    {
        Ok(self.composer.load::<A>(id).await?)
    }

    /// Loads the stream that is answered; the caller's `If-Match` must admit its version.
    ///
    /// # Errors
    /// The stream is at another version, or cannot be loaded.
    pub async fn load_answer<A>(&mut self, id: Uuid) -> Result<Loaded<A>, Refused>
    where
        A: Aggregate + Clone + 'static,
        A::Error: Into<Refused>,
    {
        let loaded = match self.recall::<A>(id) {
            Some(loaded) => loaded,
            None => self.load::<A>(id).await?,
        };
        self.check_version(loaded.version)?;
        Ok(loaded)
    }

    /// The stream as it is remembered, unless the plan has come past it or past another already.
    fn recall<A: Aggregate + Clone + 'static>(&mut self, id: Uuid) -> Option<Loaded<A>> {
        if !self.may_remember || self.remembered.is_some() || !self.composer.is_empty() {
            return None;
        }
        let stream = self.app.hot.get(id)?;
        let state = stream.state.downcast_ref::<A>()?.clone();
        let version = stream.version;
        self.remembered = Some((id, stream));
        Some(Loaded { state, version })
    }

    /// Whether the caller's `If-Match` admits the version of what is answered.
    ///
    /// # Errors
    /// [`Refused::VersionMismatch`].
    pub fn check_version(&self, version: i64) -> Result<(), Refused> {
        match self.call.and_then(|call| call.conditions.if_match.as_ref()) {
            Some(expected) if !expected.admits(version) => {
                Err(ComposeError::<Refused>::OtherVersion { current: version }.into())
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Whether the caller's `If-None-Match` admits that there is this version of what is answered.
    ///
    /// # Errors
    /// [`Refused::VersionMismatch`].
    pub fn check_absence(&self, version: i64) -> Result<(), Refused> {
        match self.call.and_then(|call| call.conditions.if_none_match.as_ref()) {
            Some(unwanted) if unwanted.admits(version) => Err(Refused::VersionMismatch { current: version }),
            Some(_) | None => Ok(()),
        }
    }

    /// Loads the stream that is answered, lets it decide, and makes its document the answer.
    ///
    /// # Errors
    /// The stream is at another version, the aggregate refuses, or something cannot be loaded or written down.
    pub async fn change<A>(
        &mut self,
        scope: ScopeId,
        id: Uuid,
        command: A::Command,
    ) -> Result<Loaded<A>, Refused>
    where
        A: Documented<Services = ()> + Clone + 'static,
        A::Event: Facts,
        A::Error: Into<Refused>,
    {
        let loaded = self.load_answer::<A>(id).await?;
        let after = self.decide(scope, id, loaded, command).await?;
        self.answer(id, after.version, 200);
        Ok(after)
    }

    /// What the edit makes of the document as a GET shows it at this version.
    ///
    /// # Errors
    /// The edit does not fit, or the document cannot be read.
    pub async fn edited<T>(&self, id: Uuid, version: i64, edit: &Edit<T>) -> Result<T, Refused> {
        let json = match &self.remembered {
            Some((of, stream)) if *of == id && stream.version == version => stream.json.clone(),
            _ => documents::stored(&self.app.pool, id, version).await?.ok_or(Refused::NotFound)?.json,
        };
        let opened = self.app.people.open(json).await?;
        edit(serde_json::from_str(&opened).map_err(|error| Refused::Broken(Arc::new(error)))?)
    }
}
