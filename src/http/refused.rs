//! Refusals as problems: one exhaustive match from why a use case ended to a status and a stable code.

use super::problem::{FieldProblem, Problem, ProblemCode};
use crate::app::Refused;
use crate::authn::NotLetIn;
use crate::ledger::LedgerError;
use crate::ledger::unit::{Refusal, UsedBy};
use aggregates::facts::ClaimKind;
use aggregates::quota::Resource;
use serde_json::{Value, json};
use std::error::Error;
use values::Quantity;

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let said = refused.to_string();
        match refused {
            Refused::NotFound => Self::not_found(),
            Refused::NotLetIn(why) => not_let_in(&why),
            Refused::Forbidden { missing, granted_by } => {
                Self::forbidden(missing.as_str(), granted_by.iter().map(|role| role.as_str()))
            }
            Refused::GrantExceedsOwn(detail) => Self::new(ProblemCode::GrantExceedsOwn, detail),
            Refused::InvalidState(detail) => Self::new(ProblemCode::InvalidState, detail),
            Refused::AlreadyMember(detail) => Self::new(ProblemCode::EmailTaken, detail),
            Refused::DeletionProtected(detail) => Self::new(ProblemCode::DeletionProtected, detail),
            Refused::StillPublished(detail) => Self::new(ProblemCode::StillPublished, detail),
            Refused::NamespaceNotPublished(detail) => Self::new(ProblemCode::NamespaceNotPublished, detail),
            Refused::TakenOnCluster { holder, .. } => {
                Self::new(ProblemCode::NameTaken, said).with("conflictingId", holder.to_string())
            }
            Refused::Invalid { pointer, code, detail } => {
                Self::validation(vec![FieldProblem::new(pointer, code, detail)])
            }
            Refused::Faults(faults) => Self::validation(
                faults
                    .into_iter()
                    .map(|fault| FieldProblem::new(fault.pointer, fault.code, fault.detail))
                    .collect(),
            ),
            Refused::Immutable { pointer } => Self::new(ProblemCode::ImmutableField, said.clone())
                .with_errors(vec![FieldProblem::new(pointer, "immutable_field", said)]),
            Refused::SignupClosed => Self::plain(ProblemCode::SignupClosed),
            Refused::TooManyRequests(detail) => Self::new(ProblemCode::RateLimited, detail),
            Refused::TooOften { seconds, .. } => {
                Self::new(ProblemCode::RateLimited, said).retry_after(seconds)
            }
            Refused::VersionMismatch { current } => Self::version_mismatch(current.unsigned_abs()),
            Refused::Conflict => Self::new(ProblemCode::Conflict, said),
            Refused::Admission(refusal) => admission(refusal),
            Refused::AsOfInFuture(detail) => Self::new(ProblemCode::AsOfInFuture, detail),
            Refused::EpochChanged { detail, position } => {
                let problem = Self::new(ProblemCode::EpochChanged, detail);
                match position {
                    Some(position) => problem.with("position", position),
                    None => problem,
                }
            }
            Refused::LedgerRewritten(detail) => {
                tracing::error!("The ledger was changed behind the service's back: {detail}");
                Self::new(ProblemCode::LedgerRewritten, detail)
            }
            Refused::NotThereYet => Self::plain(ProblemCode::NotReady),
            Refused::Ledger(error) => ledger(&error),
            Refused::Database(error) => unavailable(&*error),
            Refused::Broken(error) => {
                tracing::error!(error = &*error as &dyn Error, "A request failed");
                Self::internal()
            }
        }
    }
}

fn not_let_in(why: &NotLetIn) -> Problem {
    match why {
        NotLetIn::Unknown => Problem::unauthenticated(),
        NotLetIn::Suspended(_) => Problem::plain(ProblemCode::UserSuspended),
        NotLetIn::OrgInactive(_) => Problem::plain(ProblemCode::OrgInactive),
        NotLetIn::Unavailable(error) => unavailable(error),
    }
}

fn admission(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Claimed { kind, holder } => {
            let (code, what) = match kind {
                ClaimKind::PartnerName
                | ClaimKind::OrgName
                | ClaimKind::GroupName
                | ClaimKind::ProjectName
                | ClaimKind::RoleBindingName
                | ClaimKind::ClusterName
                | ClaimKind::AddonName
                | ClaimKind::AddonVersionName
                | ClaimKind::BlueprintName
                | ClaimKind::BlueprintVersionName
                | ClaimKind::NamespaceName
                | ClaimKind::WorkloadName
                | ClaimKind::WebhookName => (ProblemCode::NameTaken, "name"),
                ClaimKind::ClusterNamespace => (ProblemCode::NameTaken, "namespace on one of its clusters"),
                ClaimKind::PartnerHost => (ProblemCode::NameTaken, "host"),
                ClaimKind::OrgExternalId => (ProblemCode::ExternalIdTaken, "external id"),
                ClaimKind::UserEmail => (ProblemCode::EmailTaken, "e-mail address"),
            };
            let detail = format!("This {what} is taken: choose another.");
            Problem::new(code, detail).with("conflictingId", holder.to_string())
        }
        Refusal::InUse { by, others } => in_use(&by, others),
        Refusal::NotInPhase { phase: None, .. } => {
            Problem::new(ProblemCode::InvalidState, "Something that this needs is not there any more.")
        }
        Refusal::NotInPhase { phase: Some(phase), allowed, .. } => Problem::new(
            ProblemCode::InvalidState,
            format!("Something that this needs is {phase}; it would have to be {}.", allowed.join(" or ")),
        ),
        Refusal::TooMany { limit } => Problem::new(
            ProblemCode::KeyLimitReached,
            format!("At most {limit} keys of a user may work at a time: revoke one first."),
        ),
        Refusal::QuotaExceeded { resource, limit, used, asked } => {
            quota_exceeded(resource, limit, used, asked)
        }
        Refusal::LastAdministrator => Problem::plain(ProblemCode::LastAdmin),
        Refusal::KeyReused => Problem::plain(ProblemCode::IdempotencyKeyReused),
    }
}

fn in_use(by: &[UsedBy], others: usize) -> Problem {
    let mut named: Vec<String> = by.iter().map(|user| format!("{} {}", user.kind, user.name)).collect();
    if others > 0 {
        named.push(format!("{others} that you may not see"));
    }
    let problem = Problem::new(ProblemCode::InUse, format!("It is still used by {}.", named.join(", ")))
        .with("usedBy", by.iter().map(used_by).collect::<Vec<_>>());
    if others > 0 { problem.with("usedByOthers", others) } else { problem }
}

fn quota_exceeded(resource: Resource, limit: Quantity, used: Quantity, asked: Quantity) -> Problem {
    let name = resource.as_str();
    let sum = used.as_nanos() + asked.as_nanos();
    let over = resource.written(Quantity::from_nanos(sum - limit.as_nanos()).unwrap_or(Quantity::MAX));
    let detail = if asked.is_zero() {
        format!("The project's namespaces hold {used} of {name}, {over} more than {limit}.")
    } else {
        format!(
            "The project has {limit} of {name}, of which others hold {used}: {asked} is {over} more than is left."
        )
    };
    let shown = |amount: Quantity| amount.to_string();
    Problem::new(ProblemCode::QuotaExceeded, detail)
        .with("resource", name)
        .with("limit", shown(limit))
        .with("used", shown(used))
        .with("asked", shown(asked))
        .with("exceededBy", shown(over))
}

fn used_by(user: &UsedBy) -> Value {
    json!({ "kind": user.kind, "id": user.id, "name": user.name })
}

fn ledger(error: &LedgerError) -> Problem {
    match error {
        LedgerError::Overloaded => Problem::plain(ProblemCode::Overloaded),
        LedgerError::OutcomeUnknown => Problem::plain(ProblemCode::OutcomeUnknown),
        LedgerError::Unavailable(cause) => unavailable(&**cause),
        LedgerError::Broken(cause) => {
            tracing::error!(error = &**cause as &dyn Error, "A command cannot be written down");
            Problem::internal()
        }
    }
}

fn unavailable(error: &(dyn Error + 'static)) -> Problem {
    tracing::error!(error, "The database did not answer a request");
    Problem::plain(ProblemCode::NotReady)
}
