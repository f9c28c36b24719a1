//! What the database knows of an access key.

use super::caller::{AuthMethod, Caller, KeyInfo};
use super::holding::HeldBinding;
use crate::authz::KeyRestrictions;
use crate::crypto::Verifier;
use crate::ids::membership_id;
use projections::role_bindings::Held;
use serde::Deserialize;
use sqlx::{PgPool, Row};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{AccessKeyId, Cidr, Role, ScopeId, ScopeKind, Sealed, Timestamp};

/// A credential as it stands.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) verifier: Verifier,
    pub(super) key_works: bool,
    pub(super) membership_phase: String,
    pub(super) scope_phase: Option<String>,
    pub(super) caller: Caller,
}

/// The members of a key's document that matter here.
#[derive(Deserialize)]
struct KeyDocument {
    spec: KeySpec,
    status: KeyStatus,
}

#[derive(Deserialize)]
struct KeySpec {
    scope: KeyScope,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyScope {
    read_only: bool,
    role_cap: Option<Role>,
    projects: Vec<Uuid>,
    cidrs: BTreeSet<Cidr>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct KeyStatus {
    expires_at: Option<Timestamp>,
}

/// The members of a membership's document that matter here.
#[derive(Deserialize)]
struct MembershipDocument {
    spec: MembershipSpec,
}

#[derive(Deserialize)]
struct MembershipSpec {
    roles: BTreeSet<Role>,
}

pub(super) async fn look_up(pool: &PgPool, id: &AccessKeyId) -> Result<Option<Known>, sqlx::Error> {
    let row = sqlx::query(include_str!("sql/look_up.sql")).bind(id.as_str()).fetch_optional(pool).await?;
    let Some(row) = row else { return Ok(None) };
    let scope = ScopeId::from(row.try_get::<Uuid, _>("org_id")?);
    let kind = match row.try_get::<Option<&str>, _>("scope_kind")? {
        Some("Org") => ScopeKind::Org,
        Some("Partner") => ScopeKind::Partner,
        _ if scope == ScopeId::PLATFORM => ScopeKind::Platform,
        _ => return Ok(None),
    };
    let partner = match kind {
        ScopeKind::Org => row.try_get::<Option<Uuid>, _>("scope_parent")?.map(ScopeId::from),
        ScopeKind::Partner => Some(scope),
        ScopeKind::Platform => None,
    };
    let key: KeyDocument = parse(row.try_get("key_document")?)?;
    let membership: MembershipDocument = parse(row.try_get("membership_document")?)?;
    let verifier: Vec<u8> = row.try_get("verifier")?;
    let key_phase: &str = row.try_get("key_phase")?;
    Ok(Some(Known {
        verifier: Verifier {
            pepper_version: row.try_get("pepper_version")?,
            hmac: verifier.try_into().map_err(|_| sqlx::Error::Decode("a verifier has 32 bytes".into()))?,
        },
        key_works: matches!(key_phase, "active" | "superseded"),
        membership_phase: row.try_get("membership_phase")?,
        scope_phase: row.try_get("scope_phase")?,
        caller: Caller {
            user: row.try_get("user_id")?,
            membership: row.try_get("membership_id")?,
            person: Sealed::parse(row.try_get("membership_name")?)
                .map_err(|error| sqlx::Error::Decode(error.into()))?
                .person(),
            scope,
            kind,
            partner,
            roles: membership.spec.roles,
            key: KeyInfo {
                id: row.try_get("key_id")?,
                access_key_id: id.clone(),
                expires_at: key.status.expires_at,
                restrictions: KeyRestrictions {
                    read_only: key.spec.scope.read_only,
                    role_cap: key.spec.scope.role_cap,
                    projects: key.spec.scope.projects,
                },
                cidrs: key.spec.scope.cidrs,
            },
            bindings: bindings(row.try_get("bindings")?)?,
            authority: row.try_get("authority")?,
            method: AuthMethod::Basic,
        },
    }))
}

/// What a member has, as far as its rights are asked for.
#[derive(Debug)]
pub struct MemberRights {
    /// Whether it may act: it is a member, not suspended, and its org is active.
    pub may_act: bool,
    /// The roles of the membership.
    pub roles: BTreeSet<Role>,
    /// Its role bindings, also those whose time is over.
    pub bindings: Vec<HeldBinding>,
}

/// What a user has as a member of a scope; `None` where it never was one.
///
/// # Errors
/// The database could not answer.
pub async fn rights_of(
    pool: &PgPool,
    scope: ScopeId,
    user: Uuid,
) -> Result<Option<MemberRights>, sqlx::Error> {
    let row = sqlx::query(include_str!("sql/rights_of.sql"))
        .bind(scope.as_uuid())
        .bind(membership_id(scope, user))
        .fetch_optional(pool)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let membership: MembershipDocument = parse(row.try_get("document")?)?;
    let is_live = matches!(row.try_get("phase")?, "invited" | "active");
    let is_open = row.try_get::<Option<&str>, _>("scope_phase")?.is_none_or(|phase| phase == "active");
    Ok(Some(MemberRights {
        may_act: is_live && is_open,
        roles: membership.spec.roles,
        bindings: bindings(row.try_get("bindings")?)?,
    }))
}

fn bindings(rows: Option<&str>) -> Result<Vec<HeldBinding>, sqlx::Error> {
    let held = Held::read(rows).map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(held.into_iter().map(HeldBinding::from).collect())
}

fn parse<'a, T: Deserialize<'a>>(document: &'a str) -> Result<T, sqlx::Error> {
    serde_json::from_str(document).map_err(|error| sqlx::Error::Decode(error.into()))
}
