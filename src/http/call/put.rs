//! `PUT`: makes a thing, or replaces it; which right that takes depends on whether it is there.

use super::place::{PathParameters, Place};
use super::the::{InPath, The};
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
use projections::documents::Which;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use std::sync::Arc;

/// A `PUT` of a thing of kind `K`, by a caller with the right `C` to make it where it is not there, and with the right
/// `U` to change it where it is.
#[derive(Debug)]
pub struct PutCommand<C, U: Right, K: InPath>(Command<C, Where<U, K>>);

/// Where the thing is or would be, and what the path calls it.
#[derive(Debug)]
struct Where<U, K: InPath> {
    home: K::Home,
    which: String,
    /// The thing as something to have rights on, where it is there.
    there: Option<Target>,
    /// Where it would be made, as something that the caller has rights on.
    made_in: Target,
    /// Whether it can be made where it is not.
    can_be_made: bool,
    counting: Counting,
    update: PhantomData<U>,
}

impl<U: Right, K: InPath> Place for Where<U, K> {
    async fn find(
        parameters: &PathParameters,
        caller: &Caller,
        app: &Arc<App>,
    ) -> Result<Option<Self>, Refused> {
        let Some(parent) = K::Parent::find(parameters, caller, app).await? else { return Ok(None) };
        let Some(which) = parameters.text(K::PARAMETER) else { return Ok(None) };
        let thing = The::<K>::within(parent, parameters, app).await?;
        let is_name = matches!(declared::which(which), Which::Name(_));
        Ok(Some(Self {
            made_in: K::made_in(&thing.home, caller),
            home: thing.home,
            which: which.to_owned(),
            there: thing.is_there().then(|| thing.target()),
            can_be_made: thing.parent_is_there && is_name,
            counting: thing.counting(),
            update: PhantomData,
        }))
    }

    fn target(&self) -> Target {
        self.there.unwrap_or(self.made_in)
    }

    fn permission(&self, _: &Caller, right: Permission) -> Permission {
        if self.there.is_some() { U::PERMISSION } else { right }
    }

    fn action(&self, action: &'static str) -> &'static str {
        if self.there.is_some() { U::ACTION } else { action }
    }

    fn counting(&self) -> Counting {
        self.counting
    }

    fn is_there(&self) -> bool {
        self.there.is_some() || self.can_be_made
    }
}

impl<C: Right, U: Right, K: InPath> FromRequestParts<Arc<App>> for PutCommand<C, U, K> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        Command::from_request_parts(parts, app).await.map(Self)
    }
}

impl<C: Right, U: Right, K: InPath> PutCommand<C, U, K>
where
    K::Input: DeserializeOwned,
{
    /// Where the thing is or would be.
    #[must_use]
    pub const fn home(&self) -> K::Home {
        self.0.place.home
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
        let Where { home, which, .. } = &self.0.place;
        let put = Put::<K> {
            home: *home,
            which: which.clone(),
            rights: PutRights { create: C::PERMISSION, update: U::PERMISSION },
            input: body.value,
        };
        Ok(Box::pin(self.0.run(&body.bytes, put)).await?.found_in(collection))
    }
}
