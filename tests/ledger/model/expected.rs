//! What should become of each command: the rules of several aggregates, over a handful of slots.

#![expect(clippy::wildcard_enum_match_arm, reason = "each match is over the commands that reach it")]

use proptest::prelude::{Just, Strategy, any, prop_oneof};

pub(super) const PARTNERS: usize = 2;
pub(super) const ORGS: usize = 4;
pub(super) const MEMBERS: usize = 4;
/// How many keys are issued in one unit.
pub(super) const KEYS: usize = 4;
const MOST_KEYS: usize = 10;

/// A command to what is in a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    DeletePartner(usize),
    RestorePartner(usize),
    CreateOrg { org: usize, partner: usize, name: usize },
    Rename { org: usize, name: usize },
    Deactivate(usize),
    Activate(usize),
    Delete(usize),
    Restore(usize),
    Add { member: usize, admin: bool },
    SetAdmin { member: usize, admin: bool },
    Suspend { member: usize, with_keys: bool },
    Reactivate(usize),
    Remove { member: usize, with_keys: bool },
    Issue(usize),
    Revoke(usize),
}

pub(super) fn command() -> impl Strategy<Value = Command> {
    let (org, member, partner) = (|| 0..ORGS, || 0..MEMBERS, || 0..PARTNERS);
    prop_oneof![
        1 => partner().prop_map(Command::DeletePartner),
        1 => partner().prop_map(Command::RestorePartner),
        4 => (org(), partner(), 0..3_usize)
            .prop_map(|(org, partner, name)| Command::CreateOrg { org, partner, name }),
        3 => (org(), 0..3_usize).prop_map(|(org, name)| Command::Rename { org, name }),
        1 => org().prop_map(Command::Deactivate),
        1 => org().prop_map(Command::Activate),
        2 => org().prop_map(Command::Delete),
        2 => org().prop_map(Command::Restore),
        4 => (member(), any::<bool>()).prop_map(|(member, admin)| Command::Add { member, admin }),
        2 => (member(), any::<bool>()).prop_map(|(member, admin)| Command::SetAdmin { member, admin }),
        2 => (member(), any::<bool>()).prop_map(|(member, with_keys)| Command::Suspend { member, with_keys }),
        2 => member().prop_map(Command::Reactivate),
        1 => (member(), prop_oneof![3 => Just(true), 1 => Just(false)])
            .prop_map(|(member, with_keys)| Command::Remove { member, with_keys }),
        3 => member().prop_map(Command::Issue),
        1 => member().prop_map(Command::Revoke),
    ]
}

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// There is nothing to send it to.
    NotSent,
    /// The aggregate refuses.
    AggregateRefuses,
    /// It was so already.
    Nothing,
    Recorded,
    Claimed,
    InUse,
    NotInPhase,
    TooMany,
    LastAdministrator,
    Stale,
}

#[derive(Clone, Debug)]
struct Org {
    partner: usize,
    name: usize,
    active: bool,
    deleted: bool,
    version: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Active,
    Suspended,
    Removed,
}

#[derive(Clone, Debug)]
struct Member {
    phase: Phase,
    admin: bool,
    keys: usize,
    version: i64,
}

/// Everything there is. The member in slot n belongs to the org in slot n mod 2.
#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    partners_deleted: [bool; PARTNERS],
    partners: [i64; PARTNERS],
    orgs: [Option<Org>; ORGS],
    members: [Option<Member>; MEMBERS],
}

pub(super) const fn org_of(member: usize) -> usize {
    member % 2
}

impl Model {
    pub(super) fn expect(&self, command: Command) -> Expected {
        use Expected as E;
        match command {
            Command::DeletePartner(partner) if self.partners_deleted[partner] => E::Nothing,
            Command::DeletePartner(partner) => {
                let used = self.orgs.iter().flatten().any(|org| org.partner == partner && !org.deleted);
                if used { E::InUse } else { E::Recorded }
            }
            Command::RestorePartner(partner) => {
                if self.partners_deleted[partner] {
                    E::Recorded
                } else {
                    E::Nothing
                }
            }
            Command::CreateOrg { org, .. } if self.orgs[org].is_some() => E::AggregateRefuses,
            Command::CreateOrg { partner, name, .. } => self.taking(partner, name),
            Command::Rename { org, .. }
            | Command::Deactivate(org)
            | Command::Activate(org)
            | Command::Delete(org)
            | Command::Restore(org) => {
                self.orgs[org].as_ref().map_or(E::AggregateRefuses, |it| self.expect_of_org(command, it))
            }
            Command::Add { member, .. } => self.expect_adding(member),
            Command::SetAdmin { member, .. }
            | Command::Suspend { member, .. }
            | Command::Reactivate(member)
            | Command::Remove { member, .. }
            | Command::Issue(member)
            | Command::Revoke(member) => self.expect_of_member(command, member),
        }
    }

    /// What becomes of an org that takes a name in a partner.
    fn taking(&self, partner: usize, name: usize) -> Expected {
        let held = |org: &Org| org.partner == partner && org.name == name && !org.deleted;
        if self.orgs.iter().flatten().any(held) {
            Expected::Claimed
        } else if self.partners_deleted[partner] {
            Expected::NotInPhase
        } else {
            Expected::Recorded
        }
    }

    fn expect_of_org(&self, command: Command, org: &Org) -> Expected {
        use Expected as E;
        match command {
            Command::Delete(_) => {
                if org.deleted {
                    E::Nothing
                } else {
                    E::Recorded
                }
            }
            Command::Restore(_) if org.deleted => self.taking(org.partner, org.name),
            Command::Restore(_) => E::Nothing,
            _ if org.deleted => E::AggregateRefuses,
            Command::Rename { name, .. } if name == org.name => E::Nothing,
            // The partner of a live org is live.
            Command::Rename { name, .. } => self.taking(org.partner, name),
            Command::Activate(_) => {
                if org.active {
                    E::Nothing
                } else {
                    E::Recorded
                }
            }
            _ => {
                if org.active {
                    E::Recorded
                } else {
                    E::Nothing
                }
            }
        }
    }

    fn expect_adding(&self, member: usize) -> Expected {
        match (&self.orgs[org_of(member)], &self.members[member]) {
            (None, _) => Expected::NotSent,
            (_, Some(it)) if it.phase != Phase::Removed => Expected::AggregateRefuses,
            (Some(org), _) if org.deleted => Expected::NotInPhase,
            (Some(_), _) => Expected::Recorded,
        }
    }

    fn expect_of_member(&self, command: Command, slot: usize) -> Expected {
        use Expected as E;
        let Some(member) = &self.members[slot] else {
            let of_key = matches!(command, Command::Issue(_) | Command::Revoke(_));
            let without_org = self.orgs[org_of(slot)].is_none();
            return if of_key || without_org { E::NotSent } else { E::AggregateRefuses };
        };
        let live = member.phase == Phase::Active;
        let ending = |with_keys: bool| {
            if member.keys > 0 && !with_keys {
                E::Stale
            } else if live && member.admin && self.is_last_admin(slot) {
                E::LastAdministrator
            } else {
                E::Recorded
            }
        };
        match command {
            Command::Issue(_) if !live => E::NotInPhase,
            Command::Issue(_) => {
                if member.keys + KEYS > MOST_KEYS {
                    E::TooMany
                } else {
                    E::Recorded
                }
            }
            Command::Revoke(_) => {
                if member.keys > 0 {
                    E::Recorded
                } else {
                    E::NotSent
                }
            }
            Command::Remove { .. } if member.phase == Phase::Removed => E::Nothing,
            _ if member.phase == Phase::Removed => E::AggregateRefuses,
            Command::Suspend { .. } if !live => E::Nothing,
            Command::Remove { with_keys, .. } | Command::Suspend { with_keys, .. } => ending(with_keys),
            Command::Reactivate(_) => {
                if live {
                    E::Nothing
                } else {
                    E::Recorded
                }
            }
            Command::SetAdmin { admin, .. } if admin == member.admin => E::Nothing,
            Command::SetAdmin { admin: false, .. } if live && self.is_last_admin(slot) => {
                E::LastAdministrator
            }
            _ => E::Recorded,
        }
    }

    fn is_last_admin(&self, slot: usize) -> bool {
        !self.members.iter().enumerate().any(|(other, it)| {
            let administers = it.as_ref().is_some_and(|it| it.admin && it.phase == Phase::Active);
            other != slot && org_of(other) == org_of(slot) && administers
        })
    }

    pub(super) fn apply(&mut self, command: Command, ended: Expected) {
        if ended != Expected::Recorded {
            return;
        }
        match command {
            Command::DeletePartner(partner) | Command::RestorePartner(partner) => {
                self.partners_deleted[partner] = matches!(command, Command::DeletePartner(_));
                self.partners[partner] += 1;
            }
            Command::CreateOrg { org, partner, name } => {
                self.orgs[org] = Some(Org { partner, name, active: true, deleted: false, version: 1 });
            }
            Command::Rename { org, name } => self.org(org).name = name,
            Command::Deactivate(org) => self.org(org).active = false,
            Command::Activate(org) => self.org(org).active = true,
            Command::Delete(org) => self.org(org).deleted = true,
            Command::Restore(org) => self.org(org).deleted = false,
            Command::Add { member, admin } => {
                let version = self.members[member].as_ref().map_or(1, |it| it.version + 1);
                self.members[member] = Some(Member { phase: Phase::Active, admin, keys: 0, version });
            }
            Command::SetAdmin { member, admin } => self.member(member).admin = admin,
            Command::Reactivate(member) => self.member(member).phase = Phase::Active,
            Command::Suspend { member, .. } => self.end(member, Phase::Suspended),
            Command::Remove { member, .. } => self.end(member, Phase::Removed),
            Command::Issue(member) => self.key_holder(member).keys += KEYS,
            Command::Revoke(member) => self.key_holder(member).keys -= 1,
        }
    }

    fn org(&mut self, slot: usize) -> &mut Org {
        let org = self.orgs[slot].as_mut().unwrap();
        org.version += 1;
        org
    }

    fn member(&mut self, slot: usize) -> &mut Member {
        let member = self.members[slot].as_mut().unwrap();
        member.version += 1;
        member
    }

    /// Keys are streams of their own.
    fn key_holder(&mut self, slot: usize) -> &mut Member {
        self.members[slot].as_mut().unwrap()
    }

    fn end(&mut self, slot: usize, phase: Phase) {
        let member = self.member(slot);
        member.phase = phase;
        member.keys = 0;
    }

    /// The version after a command of the stream it went to.
    pub(super) fn version(&self, command: Command) -> Option<i64> {
        match command {
            Command::DeletePartner(partner) | Command::RestorePartner(partner) => {
                Some(self.partners[partner] + 1)
            }
            Command::CreateOrg { org, .. }
            | Command::Rename { org, .. }
            | Command::Deactivate(org)
            | Command::Activate(org)
            | Command::Delete(org)
            | Command::Restore(org) => self.orgs[org].as_ref().map(|it| it.version),
            Command::Add { member, .. }
            | Command::SetAdmin { member, .. }
            | Command::Suspend { member, .. }
            | Command::Reactivate(member)
            | Command::Remove { member, .. } => self.members[member].as_ref().map(|it| it.version),
            Command::Issue(_) | Command::Revoke(_) => None,
        }
    }

    /// Phase and version of what is in each slot; first partners, then orgs, then members.
    pub(super) fn documents(&self) -> Vec<Option<(String, i64)>> {
        let partners = (0..PARTNERS).map(|slot| {
            let phase = if self.partners_deleted[slot] { "deleted" } else { "active" };
            Some((phase.to_owned(), self.partners[slot] + 1))
        });
        let orgs = self.orgs.iter().map(|org| {
            org.as_ref().map(|org| {
                let phase = if org.active { "active" } else { "deactivated" };
                let phase = if org.deleted { "deleted" } else { phase };
                (format!("{phase} n{}", org.name), org.version)
            })
        });
        let members = self.members.iter().map(|member| {
            member.as_ref().map(|member| {
                let phase = match member.phase {
                    Phase::Active => "active",
                    Phase::Suspended => "suspended",
                    Phase::Removed => "removed",
                };
                (phase.to_owned(), member.version)
            })
        });
        partners.chain(orgs).chain(members).collect()
    }
}
