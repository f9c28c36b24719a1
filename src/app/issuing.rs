//! Who may issue which key: the rules that issuing and rotating share.

use super::Refused;
use super::plan::Plan;
use super::users::{MemberScope, require_scope};
use crate::authn::Caller;
use crate::authz::{Permission, Rights};
use crate::ids::membership_id;
use aggregates::api_key::KeyScope;
use aggregates::membership::Membership;
use aggregates::org::{Org, OrgSettings};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{Cidr, Role, ScopeKind, Timestamp};

/// One hour, in microseconds.
const HOUR_MICROS: i64 = 3_600_000_000;

/// What was found out before a key is issued.
#[derive(Debug)]
pub(super) struct Issuing {
    /// The membership that the key opens.
    pub(super) membership: Uuid,
    /// Whether somebody of the partner (or the operator) issues it to a member of an org.
    pub(super) by_partner: bool,
    /// How long it may live.
    pub(super) limits: Limits,
}

impl Issuing {
    /// Whether the caller may issue a key of this scope to this user.
    ///
    /// # Errors
    /// There is no such user, it cannot have keys now, or the key would give more than the caller has.
    pub(super) async fn by_caller(
        plan: &Plan<'_>,
        of: MemberScope,
        user: Uuid,
        scope: &KeyScope,
    ) -> Result<Self, Refused> {
        require_scope(plan, of).await?;
        let membership = membership_id(of.id, user);
        let member = plan.load::<Membership>(membership).await?;
        if member.version == 0 {
            return Err(Refused::NotFound);
        }
        if !member.state.is_live() {
            let phase = member.state.phase.as_str();
            return Err(Refused::InvalidState(format!("the user is {phase} and can have no keys")));
        }
        let caller = &plan.call()?.caller;
        let settings = match of.kind {
            ScopeKind::Org => Some(plan.load::<Org>(of.id.as_uuid()).await?.state.spec.settings),
            ScopeKind::Partner | ScopeKind::Platform => None,
        };
        let is_outsider = caller.scope != of.id;
        if !is_outsider {
            require_within(caller, membership, &member.state.roles, scope)?;
        } else if settings.as_ref().is_some_and(|settings| !settings.allow_partner_keys) {
            let (missing, granted_by) = (Permission::ApiKeyIssueForOthers, vec![Role::OrgAdmin]);
            return Err(Refused::Forbidden { missing, granted_by });
        }
        let by_partner = is_outsider && of.kind == ScopeKind::Org;
        Ok(Self { membership, by_partner, limits: Limits::of(of.kind, settings.as_ref()) })
    }
}

/// Nobody gives more than they have: a key never opens more than the one that issues it. Issued to oneself it is cut
/// down as far in every way; issued to another member it gives no right that the issuer has not, from no other network
/// and in no other project.
fn require_within(
    caller: &Caller,
    membership: Uuid,
    roles: &BTreeSet<Role>,
    scope: &KeyScope,
) -> Result<(), Refused> {
    let (own, to_oneself) = (&caller.key.restrictions, membership == caller.membership);
    let has = Rights { roles: &caller.roles, cap: own.role_cap };
    let gives = Rights { roles, cap: scope.role_cap };
    let cap_fits = match (own.role_cap, scope.role_cap) {
        _ if !to_oneself => has.cover(&gives),
        (None, _) => true,
        (Some(_), None) => false,
        (Some(own), Some(asked)) => {
            let (own, asked) = (BTreeSet::from([own]), BTreeSet::from([asked]));
            Rights { roles: &own, cap: None }.cover(&Rights { roles: &asked, cap: None })
        }
    };
    let projects_fit = own.projects.is_empty()
        || (!scope.projects.is_empty() && scope.projects.iter().all(|id| own.projects.contains(id)));
    let is_within = |asked: &Cidr| caller.key.cidrs.iter().any(|own| own.as_net().contains(&asked.as_net()));
    let networks_fit =
        caller.key.cidrs.is_empty() || (!scope.cidrs.is_empty() && scope.cidrs.iter().all(is_within));
    let reads_fit = !own.read_only || scope.read_only;
    let exceeded =
        [(cap_fits, "roleCap"), (projects_fit, "projects"), (networks_fit, "cidrs"), (reads_fit, "readOnly")];
    match exceeded.iter().find(|(fits, _)| !fits) {
        None => Ok(()),
        Some((_, member)) => Err(Refused::GrantExceedsOwn(format!(
            "The key would open more than the one that issues it: cut it down by spec.scope.{member}."
        ))),
    }
}

/// How long keys live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    default_hours: u32,
    max_hours: u32,
    non_expiring: bool,
}

impl Limits {
    /// An org says so itself. A partner's staff has what an org has that says nothing, and so have operators, whose keys
    /// may also live for ever: the installation must not lock its last operator out.
    fn of(kind: ScopeKind, settings: Option<&OrgSettings>) -> Self {
        let ours = OrgSettings::default();
        let settings = settings.unwrap_or(&ours);
        Self {
            default_hours: settings.api_key_default_validity_hours,
            max_hours: settings.api_key_max_validity_hours,
            non_expiring: settings.allow_non_expiring_keys || kind == ScopeKind::Platform,
        }
    }

    /// When a key ends that is issued now; `None` for never.
    ///
    /// # Errors
    /// More was asked for than is allowed.
    pub(super) fn expiry(
        self,
        now: Timestamp,
        hours: Option<u32>,
        never: bool,
    ) -> Result<Option<Timestamp>, Refused> {
        let refused = |pointer, code, detail| Err(Refused::Invalid { pointer, code, detail });
        match (never, hours) {
            (true, Some(_)) => refused(
                "/spec/neverExpires",
                "contradiction",
                "a key with validityHours expires: leave one of them out".to_owned(),
            ),
            (true, None) if !self.non_expiring => {
                refused("/spec/neverExpires", "not_allowed", "keys must expire here".to_owned())
            }
            (true, None) => Ok(None),
            (false, Some(hours)) if !(1..=self.max_hours).contains(&hours) => refused(
                "/spec/validityHours",
                "out_of_range",
                format!("must be from 1 to {} hours", self.max_hours),
            ),
            (false, hours) => Ok(Some(now.plus_hours(hours.unwrap_or(self.default_hours)))),
        }
    }

    /// When a key ends that takes, now, the place of one that was issued for so many microseconds (`None`: for ever).
    pub(super) fn same_again(self, now: Timestamp, lived_for: Option<i64>) -> Option<Timestamp> {
        let hours = match lived_for {
            None if self.non_expiring => return None,
            None => self.max_hours,
            // Recorded a moment after it was planned, so a little less than the hours asked for.
            Some(micros) => {
                let hours = (micros.max(1) + HOUR_MICROS - 1) / HOUR_MICROS;
                u32::try_from(hours).unwrap_or(self.max_hours)
            }
        };
        Some(now.plus_hours(hours.clamp(1, self.max_hours)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::MIN;

    fn limits() -> Limits {
        Limits { default_hours: 10, max_hours: 100, non_expiring: false }
    }

    #[test]
    fn keys_live_as_long_as_is_asked_for_and_allowed() {
        let for_hours = |hours| Ok::<_, String>(Some(NOW.plus_hours(hours)));
        let expiry = |limits: Limits, hours, never| {
            limits.expiry(NOW, hours, never).map_err(|error| error.to_string())
        };
        assert_eq!(expiry(limits(), None, false), for_hours(10));
        assert_eq!(expiry(limits(), Some(1), false), for_hours(1));
        assert_eq!(expiry(limits(), Some(100), false), for_hours(100));
        for (hours, never) in [(Some(0), false), (Some(101), false), (None, true), (Some(1), true)] {
            assert!(expiry(limits(), hours, never).is_err(), "{hours:?} {never}");
        }
        let lasting = Limits { non_expiring: true, ..limits() };
        assert_eq!(expiry(lasting, None, true), Ok(None));
    }

    #[test]
    fn a_rotated_key_lives_as_long_as_the_one_before_within_what_is_allowed() {
        let hours = |hours| Some(NOW.plus_hours(hours));
        assert_eq!(limits().same_again(NOW, Some(24 * HOUR_MICROS - 1_000)), hours(24));
        assert_eq!(limits().same_again(NOW, Some(1_000 * HOUR_MICROS)), hours(100));
        assert_eq!(limits().same_again(NOW, Some(-5)), hours(1));
        assert_eq!(limits().same_again(NOW, None), hours(100));
        assert_eq!(Limits { non_expiring: true, ..limits() }.same_again(NOW, None), None);
    }
}
