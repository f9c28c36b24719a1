//! The same commands, to a real ledger.

#![expect(clippy::wildcard_enum_match_arm, reason = "each match is over the commands that reach it")]

use super::expected::{Command, Expected, KEYS, MEMBERS, ORGS, PARTNERS, org_of};
use crate::world::{World, add, create_org, issue, rename, sealed};
use aggregates::api_key::{ApiKey, ApiKeyCommand};
use aggregates::membership::{Membership, MembershipCommand};
use aggregates::org::{Org, OrgCommand};
use aggregates::partner::{Partner, PartnerCommand};
use quarterdeck::ledger::LedgerError;
use quarterdeck::ledger::unit::{Refusal, Unit, Verdict};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{Role, ScopeId};

/// Slots with ids in them.
pub(super) struct Actual<'w> {
    world: &'w World,
    partners: [ScopeId; PARTNERS],
    orgs: [Uuid; ORGS],
    members: [Uuid; MEMBERS],
}

/// How a submitted unit ended.
pub(super) fn kind_of(verdict: &Result<Verdict, LedgerError>) -> Expected {
    match verdict {
        Ok(Verdict::Recorded(_)) => Expected::Recorded,
        Ok(Verdict::Stale) => Expected::Stale,
        Ok(Verdict::Refused(refusal)) => match refusal {
            Refusal::Claimed { .. } => Expected::Claimed,
            Refusal::InUse { .. } => Expected::InUse,
            Refusal::NotInPhase { .. } => Expected::NotInPhase,
            Refusal::TooMany { .. } => Expected::TooMany,
            Refusal::LastAdministrator => Expected::LastAdministrator,
            Refusal::QuotaExceeded { .. } => panic!("the model has no pools"),
            Refusal::KeyReused => panic!("no key was used"),
        },
        Ok(Verdict::Replayed(_) | Verdict::Unauthorized) | Err(_) => panic!("{verdict:?}"),
    }
}

impl<'w> Actual<'w> {
    pub(super) async fn new(world: &'w World) -> Self {
        let name = || format!("p{}", world.id().simple());
        Self {
            partners: [world.partner(&name()).await, world.partner(&name()).await],
            orgs: std::array::from_fn(|_| world.id()),
            members: std::array::from_fn(|_| world.id()),
            world,
        }
    }

    pub(super) async fn run(&mut self, command: Command) -> Expected {
        match self.unit(command).await {
            None => Expected::NotSent,
            Some(Err(())) => Expected::AggregateRefuses,
            Some(Ok(unit)) if unit.changes.is_empty() => Expected::Nothing,
            Some(Ok(unit)) => kind_of(&self.world.ledger.submit(unit).await),
        }
    }

    /// The unit of a command; `None` when there is nothing to send it to, an error when the aggregate refuses.
    pub(super) async fn unit(&self, command: Command) -> Option<Result<Unit, ()>> {
        match command {
            Command::DeletePartner(partner) => Some(self.partner(partner, PartnerCommand::Delete).await),
            Command::RestorePartner(partner) => Some(self.partner(partner, PartnerCommand::Restore).await),
            Command::CreateOrg { org, partner, name } => {
                Some(self.org(org, create_org(self.partners[partner], &format!("n{name}"))).await)
            }
            Command::Rename { org, name } => Some(self.org(org, rename(&format!("n{name}"))).await),
            Command::Deactivate(org) => {
                Some(self.org(org, OrgCommand::Deactivate { reason: sealed(Uuid::nil()) }).await)
            }
            Command::Activate(org) => Some(self.org(org, OrgCommand::Activate { reason: None }).await),
            Command::Delete(org) => Some(self.org(org, OrgCommand::Delete).await),
            Command::Restore(org) => Some(self.org(org, OrgCommand::Restore).await),
            Command::Add { .. }
            | Command::SetAdmin { .. }
            | Command::Suspend { .. }
            | Command::Reactivate(_)
            | Command::Remove { .. } => self.of_member(command).await,
            Command::Issue(member) => self.issue(member).await,
            Command::Revoke(member) => {
                let key = *self.keys(member).await.first()?;
                Some(self.key(member, key, ApiKeyCommand::Revoke { reason: None }).await)
            }
        }
    }

    async fn partner(&self, slot: usize, command: PartnerCommand) -> Result<Unit, ()> {
        let partner = self.partners[slot];
        self.world.decide::<Partner>(partner, partner.as_uuid(), command).await.map_err(drop)
    }

    async fn org(&self, slot: usize, command: OrgCommand) -> Result<Unit, ()> {
        let org = self.orgs[slot];
        self.world.decide::<Org>(ScopeId::from(org), org, command).await.map_err(drop)
    }

    async fn key(&self, member: usize, key: Uuid, command: ApiKeyCommand) -> Result<Unit, ()> {
        self.world.decide::<ApiKey>(self.scope_of(member), key, command).await.map_err(drop)
    }

    fn scope_of(&self, member: usize) -> ScopeId {
        ScopeId::from(self.orgs[org_of(member)])
    }

    async fn of_member(&self, command: Command) -> Option<Result<Unit, ()>> {
        let (slot, with_keys, command) = match command {
            Command::Add { member, admin } => (member, false, add(Uuid::nil(), role(admin))),
            Command::SetAdmin { member, admin } => {
                let roles = BTreeSet::from([role(admin)]);
                (member, false, MembershipCommand::Update { first_name: None, last_name: None, roles })
            }
            Command::Suspend { member, with_keys } => {
                (member, with_keys, MembershipCommand::Suspend { reason: None })
            }
            Command::Remove { member, with_keys } => {
                (member, with_keys, MembershipCommand::Remove { reason: None })
            }
            Command::Reactivate(member) => (member, false, MembershipCommand::Reactivate),
            _ => return None,
        };
        self.phase(self.orgs[org_of(slot)]).await?;
        let membership = self.members[slot];
        let decided = self.world.decide::<Membership>(self.scope_of(slot), membership, command).await;
        let Ok(mut unit) = decided else { return Some(Err(())) };
        if with_keys && !unit.changes.is_empty() {
            for key in self.keys(slot).await {
                let revoked = self.key(slot, key, ApiKeyCommand::Revoke { reason: None }).await;
                unit.changes.extend(revoked.unwrap().changes);
            }
        }
        Some(Ok(unit))
    }

    async fn issue(&self, slot: usize) -> Option<Result<Unit, ()>> {
        self.phase(self.members[slot]).await?;
        let mut unit = self.world.unit();
        for _ in 0..KEYS {
            let key = self.world.id();
            let issued = self.key(slot, key, issue(key, self.members[slot])).await;
            unit.changes.extend(issued.unwrap().changes);
        }
        Some(Ok(unit))
    }

    /// The member's keys that work.
    async fn keys(&self, slot: usize) -> Vec<Uuid> {
        let keys = sqlx::query_scalar(
            "SELECT id FROM documents WHERE org_id = $1 AND owner_id = $2 AND kind = 'ApiKey' AND phase = 'active' \
             ORDER BY id",
        );
        let keys = keys.bind(self.scope_of(slot).as_uuid()).bind(self.members[slot]);
        keys.fetch_all(&self.world.pool).await.unwrap()
    }

    async fn phase(&self, id: Uuid) -> Option<String> {
        let phase = sqlx::query_scalar("SELECT phase FROM documents WHERE id = $1").bind(id);
        phase.fetch_optional(&self.world.pool).await.unwrap()
    }

    pub(super) async fn version(&self, command: Command) -> Option<i64> {
        let id = match command {
            Command::DeletePartner(partner) | Command::RestorePartner(partner) => {
                self.partners[partner].as_uuid()
            }
            Command::CreateOrg { org, .. }
            | Command::Rename { org, .. }
            | Command::Deactivate(org)
            | Command::Activate(org)
            | Command::Delete(org)
            | Command::Restore(org) => self.orgs[org],
            Command::Add { member, .. }
            | Command::SetAdmin { member, .. }
            | Command::Suspend { member, .. }
            | Command::Reactivate(member)
            | Command::Remove { member, .. } => self.members[member],
            Command::Issue(_) | Command::Revoke(_) => return None,
        };
        let version = sqlx::query_scalar("SELECT version FROM documents WHERE id = $1").bind(id);
        version.fetch_optional(&self.world.pool).await.unwrap()
    }

    /// Phase (with the name, for orgs) and version of what is in each slot.
    pub(super) async fn documents(&self) -> Vec<Option<(String, i64)>> {
        let partners = self.partners.iter().map(|partner| partner.as_uuid());
        let mut documents = vec![];
        for id in partners.chain(self.orgs).chain(self.members) {
            let document = sqlx::query_as(
                "SELECT phase || CASE kind WHEN 'Org' THEN ' ' || name ELSE '' END, version \
                 FROM documents WHERE id = $1",
            );
            documents.push(document.bind(id).fetch_optional(&self.world.pool).await.unwrap());
        }
        documents
    }
}

const fn role(admin: bool) -> Role {
    if admin { Role::OrgAdmin } else { Role::OrgReadOnly }
}
