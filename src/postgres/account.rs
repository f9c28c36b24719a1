//! Which operating system account runs PostgreSQL, since it refuses to run as root.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::unistd::{Gid, Uid, User, geteuid};
use tokio::process::Command;

use super::PostgresError;

/// The account that owns the cluster and runs `initdb` and `postgres`.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) name: String,
    uid: Uid,
    gid: Gid,
    /// The service runs as root and has to become this account.
    drops_privileges: bool,
}

impl Account {
    /// The service's own account; if that is root, the owner of the existing cluster, else `postgres`, else
    /// `nobody`.
    pub(super) fn choose(cluster: &Path) -> Result<Self, PostgresError> {
        let own = geteuid();
        if !own.is_root() {
            let user = named(own)?.ok_or_else(|| {
                PostgresError::NoAccount(format!("user id {own} has no name, and PostgreSQL needs one"))
            })?;
            return Ok(Self::of(user, false));
        }
        if let Ok(meta) = fs::metadata(cluster)
            && meta.uid() != 0
            && let Some(user) = named(Uid::from_raw(meta.uid()))?
        {
            return Ok(Self::of(user, true));
        }
        for name in ["postgres", "nobody"] {
            let found = User::from_name(name)
                .map_err(|errno| PostgresError::io(format!("look up the user {name}"))(errno.into()))?;
            if let Some(user) = found.filter(|user| !user.uid.is_root()) {
                if name == "nobody" {
                    tracing::warn!("There is no user `postgres`: running PostgreSQL as `nobody`");
                }
                return Ok(Self::of(user, true));
            }
        }
        Err(PostgresError::NoAccount(
            "PostgreSQL refuses to run as root, and there is neither a user `postgres` nor `nobody`: useradd --system postgres"
                .into(),
        ))
    }

    fn of(user: User, drops_privileges: bool) -> Self {
        Self { name: user.name, uid: user.uid, gid: user.gid, drops_privileges }
    }

    /// Makes `command` run as this account. Supplementary groups go too: the standard library empties them
    /// when it changes the user as root.
    pub(super) fn run_as<'command>(&self, command: &'command mut Command) -> &'command mut Command {
        if self.drops_privileges {
            command.uid(self.uid.as_raw()).gid(self.gid.as_raw());
        }
        command
    }

    /// Gives a file or directory to this account, if it is not the service's own.
    pub(super) fn give(&self, path: &Path) -> Result<(), PostgresError> {
        if !self.drops_privileges {
            return Ok(());
        }
        std::os::unix::fs::lchown(path, Some(self.uid.as_raw()), Some(self.gid.as_raw()))
            .map_err(PostgresError::io(format!("give {} to {}", path.display(), self.name)))
    }

    /// Whether `path` itself, and not what it may link to, is owned by this account.
    pub(super) fn owns(&self, path: &Path) -> bool {
        fs::symlink_metadata(path).is_ok_and(|meta| meta.uid() == self.uid.as_raw())
    }

    /// Refuses if this account could not pass through `directory` or one above it.
    pub(super) fn can_enter(&self, directory: &Path) -> Result<(), PostgresError> {
        if !self.drops_privileges {
            return Ok(());
        }
        for step in directory.ancestors() {
            let meta =
                fs::metadata(step).map_err(PostgresError::io(format!("look at {}", step.display())))?;
            let may = if meta.uid() == self.uid.as_raw() {
                0o100
            } else if meta.gid() == self.gid.as_raw() {
                0o010
            } else {
                0o001
            };
            if meta.mode() & may == 0 {
                return Err(PostgresError::Unreachable {
                    directory: step.to_path_buf(),
                    user: self.name.clone(),
                });
            }
        }
        Ok(())
    }
}

fn named(uid: Uid) -> Result<Option<User>, PostgresError> {
    User::from_uid(uid).map_err(|errno| PostgresError::io(format!("look up user id {uid}"))(errno.into()))
}
