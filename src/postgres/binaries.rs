//! Where PostgreSQL's programs are on this machine.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::PostgresError;

/// The oldest major version that has everything the service uses.
const OLDEST_MAJOR: u32 = 14;

/// Where to look for PostgreSQL's programs; a parameter, so that a machine without any can be imitated.
#[derive(Clone, Debug)]
pub struct BinarySearch {
    /// Directories to look in, separated as in `PATH`; also where `pg_config` is looked for.
    pub path: OsString,
    /// The folder in which distributions keep one folder per major version, each with a `bin`.
    pub installations: PathBuf,
}

impl BinarySearch {
    /// This process's `PATH`, and `/usr/lib/postgresql` as on Debian and its relatives.
    #[must_use]
    pub fn of_this_machine() -> Self {
        Self {
            path: env::var_os("PATH").unwrap_or_default(),
            installations: PathBuf::from("/usr/lib/postgresql"),
        }
    }

    /// The programs to use: of major version `wanted` if the cluster is already made, else the first that is
    /// new enough, in the order `pg_config --bindir`, `PATH`, newest installation.
    ///
    /// # Errors
    ///
    /// [`PostgresError::NotInstalled`], [`PostgresError::TooOld`], or [`PostgresError::OtherVersion`] for
    /// `wanted`, which names the cluster beside its version.
    pub(super) async fn find(&self, wanted: Option<(u32, &Path)>) -> Result<Binaries, PostgresError> {
        let mut newest_too_old = None;
        let mut any = false;
        for directory in self.candidates().await {
            let Some(major) = major_version(&directory).await else { continue };
            any = true;
            match wanted {
                Some((wanted, _)) if major == wanted => return Ok(Binaries { directory, major }),
                Some(_) => {}
                None if major >= OLDEST_MAJOR => return Ok(Binaries { directory, major }),
                None => newest_too_old = newest_too_old.max(Some(major)),
            }
        }
        Err(match (wanted, newest_too_old) {
            (Some((made_by, cluster)), _) if any => {
                PostgresError::OtherVersion { cluster: cluster.to_path_buf(), made_by }
            }
            (None, Some(found)) => PostgresError::TooOld { found, needed: OLDEST_MAJOR },
            _ => PostgresError::NotInstalled,
        })
    }

    async fn candidates(&self) -> Vec<PathBuf> {
        let on_path: Vec<PathBuf> =
            env::split_paths(&self.path).filter(|directory| directory.is_absolute()).collect();
        let mut candidates = Vec::new();
        if let Some(pg_config) = on_path.iter().map(|it| it.join("pg_config")).find(|it| is_program(it)) {
            candidates.extend(binary_directory(&pg_config).await);
        }
        candidates.extend(on_path);
        candidates.extend(self.installed_newest_first());
        let mut seen = Vec::new();
        candidates.retain(|directory| {
            let new = !seen.contains(directory);
            seen.push(directory.clone());
            new && is_program(&directory.join("initdb")) && is_program(&directory.join("postgres"))
        });
        candidates
    }

    fn installed_newest_first(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(&self.installations) else { return Vec::new() };
        let mut versions: Vec<(u32, PathBuf)> = entries
            .flatten()
            .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
            .collect();
        versions.sort_by(|left, right| right.cmp(left));
        versions.into_iter().map(|(_, bin)| bin).collect()
    }
}

/// One installation's programs.
#[derive(Clone, Debug)]
pub(super) struct Binaries {
    directory: PathBuf,
    /// The major version, such as 15.
    pub(super) major: u32,
}

impl Binaries {
    /// The path of one of the programs.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }
}

async fn binary_directory(pg_config: &Path) -> Option<PathBuf> {
    let output = Command::new(pg_config).arg("--bindir").output().await.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(text.trim()))
}

/// From `postgres (PostgreSQL) 15.18 (Debian …)`, also `16beta1`.
async fn major_version(directory: &Path) -> Option<u32> {
    let output = Command::new(directory.join("postgres")).arg("--version").output().await.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let version = text.split_whitespace().nth(2)?;
    let digits = version.find(|character: char| !character.is_ascii_digit()).unwrap_or(version.len());
    version[..digits].parse().ok()
}

fn is_program(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}
