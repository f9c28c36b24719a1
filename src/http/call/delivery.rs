//! A delivery of a webhook as a place.

use super::place::{PathParameters, Place, id};
use super::the::The;
use crate::app::read::Counting;
use crate::app::{App, Refused};
use crate::authn::Caller;
use crate::authz::Target;
use aggregates::webhook::Webhook;
use api::Delivery;
use std::sync::Arc;

/// The delivery that `{delivery}` names, of the webhook that `{webhook}` names. Whether there is one is judged after
/// whether the caller may know.
#[derive(Debug)]
pub struct TheDelivery {
    /// The webhook.
    pub webhook: The<Webhook>,
    found: Option<Delivery>,
}

impl TheDelivery {
    /// The delivery.
    ///
    /// # Errors
    /// There is none.
    pub fn delivery(&self) -> Result<&Delivery, Refused> {
        self.found.as_ref().ok_or(Refused::NotFound)
    }
}

impl Place for TheDelivery {
    async fn find(
        parameters: &PathParameters,
        caller: &Caller,
        app: &Arc<App>,
    ) -> Result<Option<Self>, Refused> {
        let Some(webhook) = The::<Webhook>::find(parameters, caller, app).await? else { return Ok(None) };
        let found = match id(parameters, "delivery") {
            Some(id) if webhook.is_there() => app.delivery(webhook.home.org, webhook.id, id).await?,
            Some(_) | None => None,
        };
        Ok(Some(Self { webhook, found }))
    }

    fn target(&self) -> Target {
        self.webhook.target()
    }

    fn counting(&self) -> Counting {
        self.webhook.counting()
    }

    fn is_there(&self) -> bool {
        self.found.is_some()
    }
}
