//! Artifacts: from what people send to what is kept, before the command that refers to it; and back to the bytes.

mod archives;
mod manifests;

use super::plan::Plan;
use super::{App, Fault, Refused};
use crate::crypto::sha256;
use crate::ledger::artifacts;
use aggregates::artifact::Artifact;
use api::ArtifactInput;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use manifests::Flaw;
use sqlx::{PgPool, Row};
use std::sync::Arc;
use values::{ScopeId, Sha256Hex, Timestamp};

/// The most bytes that an artifact has.
const MOST_BYTES: usize = 10 << 20;
/// The most artifacts that are forgotten at a time.
const MOST_SWEPT: i64 = 64;
/// The code of what is not what it should be.
const INVALID: &str = "invalid_artifact";

/// What an artifact is for, which is what it must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Objects of Kubernetes': YAML, or files in a Git repository.
    Manifests,
    /// A chart: an archive, or a reference to a repository of Helm's.
    Chart,
    /// A kustomization: an archive, or files in a Git repository.
    Kustomization,
}

impl Form {
    /// The members that say where such an artifact comes from.
    const fn sources(self) -> &'static [&'static str] {
        match self {
            Self::Manifests => &["inline", "upload", "git", "sha256"],
            Self::Chart => &["helm", "upload", "sha256"],
            Self::Kustomization => &["upload", "git", "sha256"],
        }
    }

    const fn noun(self) -> &'static str {
        match self {
            Self::Manifests => "Kubernetes objects come",
            Self::Chart => "a Helm chart comes",
            Self::Kustomization => "a kustomization comes",
        }
    }

    /// Whether bytes are such an artifact.
    fn check(self, bytes: &[u8]) -> Result<(), Vec<Flaw>> {
        match self {
            Self::Manifests if archives::is_gzip(bytes) => {
                Err(vec![Flaw("is an archive: Kubernetes objects are sent as YAML".to_owned())])
            }
            Self::Manifests => match std::str::from_utf8(bytes) {
                Ok(text) => manifests::are_objects(text),
                Err(error) => Err(vec![Flaw(format!("is not UTF-8 at byte {}", error.valid_up_to()))]),
            },
            Self::Chart => archives::is_chart(bytes),
            Self::Kustomization => archives::is_kustomization(bytes),
        }
    }
}

/// What is declared, its bytes kept for the org already: as it was `before`, where it is the same. `pointer` is where it
/// is (RFC 6901).
///
/// # Errors
/// It is not one artifact of this form, each fault at its member; or the database could not answer.
pub async fn declared(
    plan: &mut Plan<'_>,
    org: ScopeId,
    before: Option<&Artifact>,
    given: &ArtifactInput,
    form: Form,
    pointer: &str,
) -> Result<Artifact, Refused> {
    let at = |member: &str, code: &str, detail: String| fault(&format!("{pointer}/{member}"), code, detail);
    let source = source(given, form, pointer)?;
    if given.filename.is_some() && !matches!(source, "upload" | "sha256") {
        return Err(at("filename", "unexpected", "only what is uploaded has the name of a file".to_owned()));
    }
    if let Some(chart) = given.helm.clone() {
        let api::HelmChart { repository, chart, version } = chart;
        return Ok(Artifact::Helm { repository, chart, version });
    }
    if let Some(files) = given.git.clone() {
        let api::GitSource { url, revision, path } = files;
        return Ok(Artifact::Git { url, revision, path });
    }
    let sent = sent(given, pointer)?;
    let digest = match &sent {
        Some(bytes) => Sha256Hex::from_bytes(sha256(bytes)),
        None => given.sha256.clone().ok_or_else(|| at("sha256", "required", "is required".to_owned()))?,
    };
    if given.sha256.as_ref().is_some_and(|expected| *expected != digest) {
        return Err(at("sha256", "digest_mismatch", format!("what was sent has the SHA-256 {digest}")));
    }
    let same = before.filter(|before| before.stored() == Some(&digest));
    let size = match (same, sent) {
        (Some(Artifact::Stored { size_bytes, .. }), _) => *size_bytes,
        (_, Some(bytes)) => {
            let bytes = Arc::new(bytes);
            check(form, &bytes, &format!("{pointer}/{source}")).await?;
            keep(plan, org, &digest, &bytes).await?;
            bytes.len() as u64
        }
        (_, None) => {
            let unknown = || {
                at("sha256", "unknown_artifact", "there is no such artifact in the org: send it".to_owned())
            };
            let bytes = Arc::new(plan.app.artifact(org, &digest).await?.ok_or_else(unknown)?);
            check(form, &bytes, &format!("{pointer}/sha256")).await?;
            bytes.len() as u64
        }
    };
    if given.size_bytes.is_some_and(|expected| expected != size) {
        return Err(at("sizeBytes", "size_mismatch", format!("it has {size} bytes")));
    }
    let known = same.and_then(|same| match same {
        Artifact::Stored { filename, .. } => filename.clone(),
        Artifact::Helm { .. } | Artifact::Git { .. } => None,
    });
    Ok(Artifact::Stored { sha256: digest, size_bytes: size, filename: given.filename.clone().or(known) })
}

/// The member that says where it comes from: exactly one, and one that fits.
fn source(given: &ArtifactInput, form: Form, pointer: &str) -> Result<&'static str, Refused> {
    let sent = [
        ("inline", given.inline.is_some()),
        ("upload", given.upload.is_some()),
        ("helm", given.helm.is_some()),
        ("git", given.git.is_some()),
        ("sha256", given.sha256.is_some() && given.inline.is_none() && given.upload.is_none()),
    ];
    let sources: Vec<&'static str> =
        sent.into_iter().filter(|(_, sent)| *sent).map(|(member, _)| member).collect();
    let takes = || format!("{} from one of: {}", form.noun(), form.sources().join(", "));
    match sources.as_slice() {
        [only] if form.sources().contains(only) => Ok(only),
        [only] => Err(fault(&format!("{pointer}/{only}"), "artifact_does_not_fit", takes())),
        [] => Err(fault(pointer, "required", takes())),
        [_, _, ..] => Err(fault(
            pointer,
            "ambiguous_artifact",
            format!("send one of {}, and not both", sources.join(" and ")),
        )),
    }
}

/// The bytes that were sent; `None` where they are referred to.
fn sent(given: &ArtifactInput, pointer: &str) -> Result<Option<Vec<u8>>, Refused> {
    let (member, bytes) = match (&given.inline, &given.upload) {
        (Some(text), _) => ("inline", text.clone().into_bytes()),
        (None, Some(base64)) => {
            // What encodes files breaks lines.
            let digits: Vec<u8> = base64.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect();
            let bytes = STANDARD.decode(digits).map_err(|error| {
                fault(
                    &format!("{pointer}/upload"),
                    "invalid_base64",
                    format!("is not base64 (RFC 4648 §4): {error}"),
                )
            })?;
            ("upload", bytes)
        }
        (None, None) => return Ok(None),
    };
    if bytes.is_empty() {
        return Err(fault(&format!("{pointer}/{member}"), "empty", "there is nothing in it".to_owned()));
    }
    if bytes.len() > MOST_BYTES {
        let detail = format!("has {} bytes; at most {MOST_BYTES} are kept (10 MiB)", bytes.len());
        return Err(fault(&format!("{pointer}/{member}"), "too_large", detail));
    }
    Ok(Some(bytes))
}

/// Texts of values for Helm, each one mapping.
///
/// # Errors
/// What is wrong with each, at its pointer.
pub async fn check_values(texts: &[String], pointer: &str) -> Result<(), Refused> {
    let texts = texts.iter().enumerate().map(|(index, text)| (format!("{pointer}/{index}"), text.clone()));
    check_texts(texts.collect(), Text::Values).await
}

/// What a text beside an artifact must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// Values for Helm: one mapping.
    Values,
    /// Objects of Kubernetes', or the parts of them that shall be others.
    Objects,
}

/// Texts, each with its pointer.
///
/// # Errors
/// What is wrong with each, at its pointer.
pub async fn check_texts(texts: Vec<(String, String)>, must_be: Text) -> Result<(), Refused> {
    if texts.is_empty() {
        return Ok(());
    }
    let check = match must_be {
        Text::Values => manifests::is_mapping,
        Text::Objects => manifests::are_objects,
    };
    let flaws = move || {
        let flaws =
            texts.into_iter().map(|(pointer, text)| (pointer, check(&text).err().unwrap_or_default()));
        flaws.collect::<Vec<_>>()
    };
    let flaws = apart(flaws).await?.into_iter();
    let faults: Vec<Fault> = flaws.flat_map(|(pointer, flaws)| faults(pointer, flaws)).collect();
    if faults.is_empty() { Ok(()) } else { Err(Refused::Faults(faults)) }
}

async fn check(form: Form, bytes: &Arc<Vec<u8>>, pointer: &str) -> Result<(), Refused> {
    let looked_at = Arc::clone(bytes);
    let checked = apart(move || form.check(&looked_at)).await?;
    checked.map_err(|flaws| Refused::Faults(faults(pointer.to_owned(), flaws).collect()))
}

/// Does what takes long where it keeps nobody waiting.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Refused> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Refused::Broken(Arc::new(error)))
}

fn faults(pointer: String, flaws: Vec<Flaw>) -> impl Iterator<Item = Fault> {
    flaws.into_iter().map(move |Flaw(detail)| Fault {
        pointer: pointer.clone(),
        code: INVALID.to_owned(),
        detail,
    })
}

fn fault(pointer: &str, code: &str, detail: String) -> Refused {
    Refused::Faults(vec![Fault { pointer: pointer.to_owned(), code: code.to_owned(), detail }])
}

/// Keeps the bytes for the org; a dry run only says that it would.
async fn keep(plan: &mut Plan<'_>, org: ScopeId, digest: &Sha256Hex, bytes: &[u8]) -> Result<(), Refused> {
    if plan.is_dry_run() {
        plan.would_store((org, digest.clone()));
        return Ok(());
    }
    store(&plan.app.pool, org, digest, bytes, plan.now).await?;
    Ok(())
}

/// Stores bytes; what is there already is only kept longer.
async fn store(
    pool: &PgPool,
    org: ScopeId,
    digest: &Sha256Hex,
    bytes: &[u8],
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let known = sqlx::query(
        "UPDATE artifacts SET stored_at = greatest(stored_at, $3) WHERE org_id = $1 AND sha256 = $2",
    )
    .bind(org.as_uuid())
    .bind(digest.as_str())
    .bind(now.as_micros())
    .execute(pool)
    .await?;
    if known.rows_affected() > 0 {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO artifacts (org_id, sha256, size, bytes, stored_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (org_id, sha256) DO UPDATE SET stored_at = greatest(artifacts.stored_at, excluded.stored_at)",
    )
    .bind(org.as_uuid())
    .bind(digest.as_str())
    .bind(i64::try_from(bytes.len()).unwrap_or(i64::MAX))
    .bind(bytes)
    .bind(now.as_micros())
    .execute(pool)
    .await?;
    Ok(())
}

impl App {
    /// The bytes of an artifact of an org; `None` where it has none of this digest.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn artifact(&self, org: ScopeId, digest: &Sha256Hex) -> Result<Option<Vec<u8>>, Refused> {
        let row = sqlx::query("SELECT bytes FROM artifacts WHERE org_id = $1 AND sha256 = $2")
            .bind(org.as_uuid())
            .bind(digest.as_str())
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|row| row.try_get("bytes")).transpose()?)
    }

    /// Forgets artifacts that nothing refers to and that were last stored at this time or before, in microseconds since
    /// the epoch.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn sweep_artifacts(&self, until: i64) -> Result<(), sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let swept = artifacts::sweep(&mut connection, until, MOST_SWEPT).await?;
        if swept > 0 {
            tracing::info!("Forgot {swept} artifacts that nothing refers to");
        }
        Ok(())
    }
}
