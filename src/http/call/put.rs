//! `PUT`: makes a thing, or replaces it; which right that takes depends on whether it is there.

use super::place::{PathParameters, Place};
use super::the::{Houses, InPath, The};
use super::{Command, Right};
use crate::app::App;
use crate::app::declared::{Put, PutRights};
use crate::app::read::Counting;
use crate::app::{Refused, declared};
use crate::authn::Caller;
use crate::authz::{Permission, Target};
use crate::http::body::JsonBody;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use std::sync::Arc;

/// A `PUT` of a thing of kind `K`, by a caller with the right `C` to make it where it is not there, and with the right
/// `U` to change it where it is.
#[derive(Debug)]
pub struct PutCommand<C, U, K: InPath> {
    command: Command<C, Where<K>>,
    update: PhantomData<U>,
}

/// Where the thing is or would be, and what the path calls it.
#[derive(Debug)]
struct Where<K: InPath> {
    home: K::Home,
    which: String,
    there: Option<Target>,
    names: bool,
    parent_is_there: bool,
    counting: Counting,
}

impl<K: InPath> Place for Where<K> {
    async fn find(
        parameters: &PathParameters,
        caller: &Caller,
        app: &Arc<App>,
    ) -> Result<Option<Self>, Refused> {
        let Some(parent) = K::Parent::find(parameters, caller, app).await? else { return Ok(None) };
        let Some(which) = parameters.text(K::PARAMETER) else { return Ok(None) };
        let thing = The::<K>::find(parameters, caller, app).await?;
        let there = thing.filter(Place::is_there).map(|thing| thing.target());
        let names = matches!(declared::which(which), projections::documents::Which::Name(_));
        Ok(Some(Self {
            home: parent.home(),
            which: which.to_owned(),
            there,
            names,
            parent_is_there: parent.is_there(),
            counting: parent.counting(),
        }))
    }

    fn target(&self) -> Target {
        use crate::app::home::Home;
        self.there.unwrap_or_else(|| self.home.target())
    }

    fn counting(&self) -> Counting {
        self.counting
    }

    fn is_there(&self) -> bool {
        self.parent_is_there && (self.names || self.there.is_some())
    }

    fn permission(&self, create: Permission, update: Option<Permission>) -> Permission {
        match (self.there, update) {
            (Some(_), Some(update)) => update,
            (Some(_) | None, _) => create,
        }
    }
}

impl<C: Right, U: Right, K: InPath> FromRequestParts<Arc<App>> for PutCommand<C, U, K> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let command = Command::with(parts, app, Some(U::PERMISSION)).await?;
        Ok(Self { command, update: PhantomData })
    }
}

impl<C: Right, U: Right, K: InPath> PutCommand<C, U, K>
where
    K::Input: DeserializeOwned,
{
    /// Where the thing is or would be.
    #[must_use]
    pub const fn home(&self) -> K::Home {
        self.command.place.home
    }

    /// Makes the thing what the body says. `collection` is the path of the collection that it is in.
    ///
    /// # Errors
    /// Whatever that ends in, as a problem.
    pub async fn run<const LIMIT: usize>(
        self,
        body: JsonBody<K::Input, LIMIT>,
        collection: &str,
    ) -> Result<Reply, Problem> {
        let Where { home, which, .. } = &self.command.place;
        let put = Put::<K> {
            home: *home,
            which: which.clone(),
            rights: PutRights { create: C::PERMISSION, update: U::PERMISSION },
            input: body.value,
        };
        Ok(self.command.run(&body.bytes, put).await?.found_in(collection))
    }
}
