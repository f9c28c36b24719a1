//! Making a cluster, and writing its settings.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use super::PostgresError;
use super::account::Account;
use super::binaries::Binaries;
use super::layout::{Layout, make_directory};

/// The role that owns the service's database, and the database's name.
pub(super) const SERVICE: &str = "quarterdeck";

/// The superuser that `initdb` makes.
pub(super) const SUPERUSER: &str = "postgres";

/// The major version that made `cluster`; nothing if there is no cluster yet.
pub(super) fn made_by(cluster: &Path) -> Result<Option<u32>, PostgresError> {
    let path = cluster.join("PG_VERSION");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(PostgresError::io(format!("read {}", path.display()))(error)),
    };
    match text.trim().parse() {
        Ok(major) => Ok(Some(major)),
        Err(_) => Err(PostgresError::NotACluster(cluster.to_path_buf())),
    }
}

/// Makes the cluster beside its place and moves it there whole, so that one that was interrupted is never
/// taken for one that is finished.
pub(super) async fn make(
    layout: &Layout,
    account: &Account,
    binaries: &Binaries,
) -> Result<(), PostgresError> {
    let cluster = layout.cluster();
    if fs::read_dir(&cluster).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(PostgresError::NotACluster(cluster));
    }
    let unfinished = layout.unfinished_cluster();
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished)
            .map_err(PostgresError::io(format!("remove {}", unfinished.display())))?;
    }
    make_directory(&unfinished, 0o700)?;
    account.give(&unfinished)?;
    tracing::info!(version = binaries.major, "Making a PostgreSQL cluster in {}", cluster.display());
    run_initdb(&unfinished, account, binaries).await?;
    include_our_settings(&unfinished)?;
    fs::rename(&unfinished, &cluster)
        .and_then(|()| File::open(layout.data_dir())?.sync_all())
        .map_err(PostgresError::io(format!("move {} into place", unfinished.display())))
}

/// Text is compared byte by byte, the same everywhere and in every version of the C library; upper and lower
/// case are Unicode's.
async fn run_initdb(directory: &Path, account: &Account, binaries: &Binaries) -> Result<(), PostgresError> {
    let mut command = Command::new(binaries.program("initdb"));
    command
        .arg("--pgdata")
        .arg(directory)
        .args(["--username", SUPERUSER, "--encoding=UTF8", "--locale=C", "--lc-ctype=C.UTF-8"])
        .args(["--data-checksums", "--auth-local=peer", "--auth-host=reject"])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("TZ", "UTC")
        .current_dir("/")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = account.run_as(&mut command).output().await.map_err(PostgresError::io("run initdb"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let complaint = said.lines().map(str::trim).find(|line| line.contains("error:"));
    Err(PostgresError::Initdb(
        complaint.or_else(|| said.lines().last()).unwrap_or("it did not say why").trim().to_owned(),
    ))
}

fn include_our_settings(cluster: &Path) -> Result<(), PostgresError> {
    let path = cluster.join("postgresql.conf");
    OpenOptions::new()
        .append(true)
        .custom_flags(nix::libc::O_NOFOLLOW)
        .open(&path)
        .and_then(|mut file| {
            file.write_all(b"\n# Written by quarterdeck at every start.\ninclude = 'quarterdeck.conf'\n")?;
            file.sync_all()
        })
        .map_err(PostgresError::io(format!("write {}", path.display())))
}

/// Writes the settings, and who may connect as whom. Done at every start, so that a newer service brings its
/// own; what an administrator sets by `ALTER SYSTEM` goes before them.
pub(super) async fn configure(
    cluster: &Path,
    socket_directory: &Path,
    account: &Account,
    binaries: &Binaries,
) -> Result<(), PostgresError> {
    // A third of the processor that PostgreSQL's own takes, where it was built with it.
    let compression = if knows_lz4(cluster, account, binaries).await { "lz4" } else { "on" };
    replace(&cluster.join("quarterdeck.conf"), &settings(socket_directory, compression), account)?;
    replace(&cluster.join("pg_hba.conf"), ADMISSION, account)?;
    replace(&cluster.join("pg_ident.conf"), &identities(&account.name), account)
}

/// Whether these programs can compress what they log with LZ4. Reads no settings but this one, and starts nothing.
async fn knows_lz4(cluster: &Path, account: &Account, binaries: &Binaries) -> bool {
    let mut command = Command::new(binaries.program("postgres"));
    command
        .arg("-D")
        .arg(cluster)
        .args(["-c", "config_file=/dev/null", "-c", "wal_compression=lz4", "-C", "wal_compression"])
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    account.run_as(&mut command).output().await.is_ok_and(|output| output.status.success())
}

/// The kernel tells PostgreSQL who is at the other end of the socket (`peer`); nobody else gets in, and there
/// is no network.
const ADMISSION: &str = "\
# Written by quarterdeck at every start.
local  all          quarterdeck,postgres  peer  map=service
local  replication  postgres              peer  map=service
";

fn identities(account: &str) -> String {
    let account = account.replace('"', "\"\"");
    let mut text = String::from("# Written by quarterdeck at every start.\n");
    for system_user in ["root", &account] {
        for role in [SERVICE, SUPERUSER] {
            text.push_str("service  \"");
            text.push_str(system_user);
            text.push_str("\"  ");
            text.push_str(role);
            text.push('\n');
        }
    }
    text
}

/// What is said in the log never includes statements, values or details, which may hold personal data.
fn settings(socket_directory: &Path, wal_compression: &str) -> String {
    let directory = socket_directory.display().to_string().replace('"', "\"\"").replace('\'', "''");
    format!(
        "\
# Written by quarterdeck at every start; to change a setting, use ALTER SYSTEM.
listen_addresses = ''
port = 5432
unix_socket_directories = '\"{directory}\"'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 128MB
max_wal_size = 2GB
backend_flush_after = 256kB
fsync = on
full_page_writes = on
synchronous_commit = on
wal_compression = {wal_compression}
random_page_cost = 1.1
jit = off
autovacuum = on
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = off
log_destination = 'stderr'
log_line_prefix = '%m [%p] '
log_statement = 'none'
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"
    )
}

/// Writes beside and renames: what is there may be a link put there by PostgreSQL's account, and root must
/// not write through it.
fn replace(path: &Path, text: &str, account: &Account) -> Result<(), PostgresError> {
    let new = path.with_extension("new");
    if fs::symlink_metadata(&new).is_ok() {
        fs::remove_file(&new).map_err(PostgresError::io(format!("remove {}", new.display())))?;
    }
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&new)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .map_err(PostgresError::io(format!("write {}", new.display())))?;
    account.give(&new)?;
    fs::rename(&new, path).map_err(PostgresError::io(format!("write {}", path.display())))
}
