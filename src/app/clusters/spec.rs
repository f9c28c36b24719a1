//! From what people write on a cluster to what it is kept as.

use crate::app::blueprint_versions::meant;
use crate::app::home::InProject;
use crate::app::plan::Plan;
use crate::app::{Fault, Refused, references};
use aggregates::blueprint_version::BlueprintVersion;
use aggregates::cluster::{ClusterSpec, ClusterType, Environment, Provider};
use aggregates::proxy::{KeptSecret, Proxy};
use aggregates::version_use::VersionReference;
use api::{
    ClusterEnvironment, ClusterProvider, ClusterProxyInput, ClusterSpecInput, VersionReferenceInput,
    WriteOnly,
};
use values::SecretText;

/// The most that is reached without a proxy.
const MOST_EXEMPTIONS: usize = 256;

/// What is declared at `/spec`, with what it refers to looked up. What it refers to already is not looked up again: it
/// may have gone since.
pub(super) async fn declared(
    plan: &mut Plan<'_>,
    home: &InProject,
    before: Option<&ClusterSpec>,
    given: &ClusterSpecInput,
) -> Result<ClusterSpec, Refused> {
    let shared = before.map(|before| &before.sharing);
    let sharing = references::sharing_again(plan, home, shared, &given.sharing, "/spec/sharing").await?;
    let assigned = before.and_then(|before| before.blueprint.as_ref());
    let blueprint = match &given.blueprint {
        Some(wanted) => Some(blueprint(plan, home, assigned, wanted, "/spec/blueprint").await?),
        None => None,
    };
    let through = before.and_then(|before| before.proxy.as_ref());
    let proxy = match &given.proxy {
        Some(wanted) => Some(proxy(plan, home, through, wanted).await?),
        None => None,
    };
    Ok(ClusterSpec {
        kind: match given.kind {
            api::ClusterType::Imported => ClusterType::Imported,
        },
        provider: provider(given.provider),
        environment: environment(given.environment),
        location: given.location.clone(),
        auto_approve: given.auto_approve,
        sharing,
        blueprint,
        proxy,
    })
}

/// The active version of a blueprint that is meant, of the project or shared with it; what is assigned already may be
/// meant again, whatever became of it.
///
/// # Errors
/// Every fault, beneath the pointer, which is where the blueprint is.
pub(super) async fn blueprint(
    plan: &Plan<'_>,
    home: &InProject,
    assigned: Option<&VersionReference>,
    given: &VersionReferenceInput,
    pointer: &str,
) -> Result<VersionReference, Refused> {
    let (known, given): (Vec<_>, _) = (assigned.cloned().into_iter().collect(), std::slice::from_ref(given));
    let found = meant::<BlueprintVersion>(plan, home, &known, given, |_| pointer.to_owned()).await?;
    found.into_iter().next().ok_or(Refused::NotFound)
}

/// The proxy that is declared. A password that is left out is kept; one that is the same as before stays the same, so
/// that declaring a thing again changes nothing.
async fn proxy(
    plan: &mut Plan<'_>,
    home: &InProject,
    before: Option<&Proxy>,
    given: &ClusterProxyInput,
) -> Result<Proxy, Refused> {
    if given.no_proxy.len() > MOST_EXEMPTIONS {
        let detail = "list at most 256, and take whole domains or blocks of addresses";
        return Err(fault("/spec/proxy/noProxy", "too_many", detail));
    }
    let kept = before.and_then(|before| before.password);
    let password = match &given.password {
        WriteOnly::Kept => kept,
        WriteOnly::Cleared => None,
        WriteOnly::Set(password) => Some(keep_password(plan, home, kept, password).await?),
    };
    Ok(Proxy {
        http_proxy: given.http_proxy.clone(),
        https_proxy: given.https_proxy.clone(),
        no_proxy: given.no_proxy.iter().cloned().collect(),
        user: given.user.clone(),
        password,
    })
}

async fn keep_password(
    plan: &mut Plan<'_>,
    home: &InProject,
    before: Option<KeptSecret>,
    password: &SecretText,
) -> Result<KeptSecret, Refused> {
    let text = password.expose().as_bytes();
    if let Some(kept) = before
        && let Some(known) = plan.app.secret(home.org, kept.id, kept.version).await?
        && known.as_slice() == text
    {
        return Ok(kept);
    }
    let new = match before {
        Some(kept) => KeptSecret { version: kept.version + 1, ..kept },
        None => KeptSecret { id: plan.new_id(), version: 1 },
    };
    plan.keep_secret(home.org, new.id, new.version, text);
    Ok(new)
}

fn provider(given: ClusterProvider) -> Provider {
    match given {
        ClusterProvider::Aks => Provider::Aks,
        ClusterProvider::Eks => Provider::Eks,
        ClusterProvider::Gke => Provider::Gke,
        ClusterProvider::OpenShift => Provider::OpenShift,
        ClusterProvider::Rke => Provider::Rke,
        ClusterProvider::Other => Provider::Other,
    }
}

fn environment(given: ClusterEnvironment) -> Environment {
    match given {
        ClusterEnvironment::Cloud => Environment::Cloud,
        ClusterEnvironment::OnPrem => Environment::OnPrem,
        ClusterEnvironment::Edge => Environment::Edge,
    }
}

fn fault(pointer: &str, code: &str, detail: &str) -> Refused {
    Refused::Faults(vec![Fault {
        pointer: pointer.to_owned(),
        code: code.to_owned(),
        detail: detail.to_owned(),
    }])
}
