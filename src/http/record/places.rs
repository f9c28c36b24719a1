//! What has a history, and what can be made again what it was.

use crate::app::home::Home;
use crate::app::plan::{Edit, UseCase};
use crate::app::users::{self, MemberScope};
use crate::app::{Refused, declared, orgs, partners};
use crate::http::call::{
    HasMembers, InPath, Member, OwnKey, Place, The, TheBinding, TheKey, TheOrg, ThePartner,
};
use crate::http::member_lists::NamesKey;
use aggregates::role_binding::RoleBinding;
use api::{OrgInput, PartnerInput, RoleBindingInput, UserInput};
use projections::history::Thing;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// A place that names something that has a history.
pub(super) trait Remembered: Place {
    /// The kind of thing, as on the wire.
    const KIND: &'static str;

    /// The thing.
    ///
    /// # Errors
    /// There is none.
    fn remembered(&self) -> Result<Thing, Refused>;
}

/// A place that names something that can be edited, and so be made again what it was.
pub(super) trait Reverted: Remembered {
    /// What it is edited by.
    type Input: DeserializeOwned + 'static;
    /// Editing it.
    type Update: UseCase;

    /// Edits it.
    ///
    /// # Errors
    /// There is none.
    fn update(&self, edit: Edit<Self::Input>) -> Result<Self::Update, Refused>;
}

impl<K: InPath> Remembered for The<K> {
    const KIND: &'static str = K::KIND;

    fn remembered(&self) -> Result<Thing, Refused> {
        Ok(Thing { scope: self.home.org(), kind: K::KIND, id: self.id })
    }
}

impl<K: InPath<Input: DeserializeOwned>> Reverted for The<K> {
    type Input = K::Input;
    type Update = declared::Update<K>;

    fn update(&self, edit: Edit<K::Input>) -> Result<declared::Update<K>, Refused> {
        Ok(declared::Update { home: self.home, id: self.id, edit })
    }
}

impl Remembered for TheOrg {
    const KIND: &'static str = "Org";

    fn remembered(&self) -> Result<Thing, Refused> {
        Ok(Thing { scope: self.org, kind: Self::KIND, id: self.org.as_uuid() })
    }
}

impl Reverted for TheOrg {
    type Input = OrgInput;
    type Update = orgs::Update;

    fn update(&self, edit: Edit<OrgInput>) -> Result<orgs::Update, Refused> {
        Ok(orgs::Update { org: self.org, edit })
    }
}

impl Remembered for ThePartner {
    const KIND: &'static str = "Partner";

    fn remembered(&self) -> Result<Thing, Refused> {
        Ok(Thing { scope: self.partner, kind: Self::KIND, id: self.partner.as_uuid() })
    }
}

impl Reverted for ThePartner {
    type Input = PartnerInput;
    type Update = partners::Update;

    fn update(&self, edit: Edit<PartnerInput>) -> Result<partners::Update, Refused> {
        Ok(partners::Update { partner: self.partner, edit })
    }
}

impl<S: HasMembers> Remembered for Member<S> {
    const KIND: &'static str = "User";

    fn remembered(&self) -> Result<Thing, Refused> {
        Ok(Thing { scope: self.of.members().id, kind: Self::KIND, id: self.membership()? })
    }
}

impl<S: HasMembers> Reverted for Member<S> {
    type Input = UserInput;
    type Update = users::Update;

    fn update(&self, edit: Edit<UserInput>) -> Result<users::Update, Refused> {
        Ok(users::Update { of: self.of.members(), user: self.user()?, edit })
    }
}

impl<S: HasMembers> Remembered for TheKey<S> {
    const KIND: &'static str = "ApiKey";

    fn remembered(&self) -> Result<Thing, Refused> {
        self.named().map(key)
    }
}

impl Remembered for OwnKey {
    const KIND: &'static str = "ApiKey";

    fn remembered(&self) -> Result<Thing, Refused> {
        self.named().map(key)
    }
}

const fn key((scope, id): (MemberScope, Uuid)) -> Thing {
    Thing { scope: scope.id, kind: "ApiKey", id }
}

impl Remembered for TheBinding {
    const KIND: &'static str = "RoleBinding";

    fn remembered(&self) -> Result<Thing, Refused> {
        Ok(Thing { scope: self.among.home.org, kind: Self::KIND, id: self.id()? })
    }
}

impl Reverted for TheBinding {
    type Input = RoleBindingInput;
    type Update = declared::Update<RoleBinding>;

    fn update(&self, edit: Edit<RoleBindingInput>) -> Result<declared::Update<RoleBinding>, Refused> {
        Ok(declared::Update { home: self.among.home, id: self.id()?, edit })
    }
}
