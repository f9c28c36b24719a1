//! Nobody gives more than they have, in role, scope or time.

use values::{ScopeId, Timestamp};

use super::{
    AccessRequest, Grant, GrantScope, KeyRestrictions, Level, Permission, Reach, Target, best, reach,
};

/// A grant, and when it ends by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holding {
    /// What.
    pub grant: Grant,
    /// Until when; for ever where there is no end.
    pub until: Option<Timestamp>,
}

/// In what a grant would be more than its giver has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exceeds {
    /// The giver does not have this permission there, or not as far.
    Rights(Permission),
    /// The giver has it, and not for as long.
    Time(Permission),
}

/// Whether somebody who holds these grants, by a key cut down to these restrictions, may give this one. `partner` is the
/// partner of the org that it is given in.
///
/// Every permission that the role would give at its place, the giver must have there, at least as far and as long.
///
/// # Errors
/// The first permission, in the order of the table, that the giver does not have.
pub fn may_grant(
    held: &[Holding],
    restrictions: &KeyRestrictions,
    given: &Holding,
    partner: ScopeId,
) -> Result<(), Exceeds> {
    let all: Vec<Grant> = held.iter().map(|it| it.grant.clone()).collect();
    let lasting: Vec<Grant> =
        held.iter().filter(|it| lasts(it.until, given.until)).map(|it| it.grant.clone()).collect();
    for permission in Permission::ALL {
        let Some(wanted) = reach(given.grant.role, *permission) else { continue };
        for place in places(&given.grant.on, partner) {
            let has =
                |grants: &[Grant]| has(grants, restrictions, *permission, lifted(place, *permission), wanted);
            if !has(&lasting) {
                return Err(if has(&all) {
                    Exceeds::Time(*permission)
                } else {
                    Exceeds::Rights(*permission)
                });
            }
        }
    }
    Ok(())
}

/// Whether what ends at `own` lasts as long as what shall end at `given`.
fn lasts(own: Option<Timestamp>, given: Option<Timestamp>) -> bool {
    own.is_none_or(|own| given.is_some_and(|given| given <= own))
}

fn has(
    grants: &[Grant],
    restrictions: &KeyRestrictions,
    permission: Permission,
    target: Target,
    wanted: Reach,
) -> bool {
    // Whoever may do it only to what it has made itself may give just that.
    let made_by_caller = wanted == Reach::MadeByOneself;
    best(&AccessRequest { grants, restrictions, permission, target, made_by_caller })
        .is_some_and(|(_, own)| own >= wanted)
}

/// The places that a grant is about.
fn places(on: &GrantScope, partner: ScopeId) -> Vec<Target> {
    match on {
        GrantScope::Platform => vec![Target::Platform],
        GrantScope::Partner(partner) => vec![Target::Partner { partner: *partner }],
        GrantScope::Org(org) => vec![Target::Org { org: *org, partner }],
        GrantScope::Project { org, project } => {
            vec![Target::Project { org: *org, partner, project: *project }]
        }
        GrantScope::Namespaces { org, project, namespaces } => namespaces
            .iter()
            .map(|namespace| Target::Namespace {
                org: *org,
                partner,
                project: *project,
                namespace: *namespace,
            })
            .collect(),
    }
}

/// The place, or the project or org that it is in where the things of the permission live there: a project's role gives a look at
/// the users of its org.
fn lifted(place: Target, permission: Permission) -> Target {
    let mut place = place;
    while place.level() > permission.level().max(Level::Org) {
        match place.parent() {
            Some(parent) => place = parent,
            None => break,
        }
    }
    place
}
