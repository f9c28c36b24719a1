//! What machine it was: figures mean nothing without it.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::statistics::percentile;

/// How many times a page is written through to the disk to see what that costs.
const PROBES: usize = 200;

/// A machine, as far as it decides the figures.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) cores: usize,
    pub(crate) memory_mib: u64,
    pub(crate) kernel: String,
    /// Of the run's directory.
    pub(crate) filesystem: String,
    /// The median time to write 8 KiB there and have them on disk.
    pub(crate) fdatasync_micros: u32,
    /// Processes that wanted to run, on average over the minute before: others were at work if it is not near zero.
    pub(crate) load_before: f64,
}

impl Machine {
    /// This machine; what cannot be told is said so.
    pub(crate) fn look(directory: &Path) -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let processor = field(&read("/proc/cpuinfo"), "model name").unwrap_or_else(|| "unknown".to_owned());
        let memory = field(&read("/proc/meminfo"), "MemTotal").and_then(|it| first_number(&it)).unwrap_or(0);
        Self {
            processor,
            cores: std::thread::available_parallelism().map_or(0, std::num::NonZero::get),
            memory_mib: memory / 1024,
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            filesystem: filesystem(&read("/proc/mounts"), directory),
            fdatasync_micros: fdatasync(directory).unwrap_or(0),
            load_before: read("/proc/loadavg")
                .split(' ')
                .next()
                .and_then(|it| it.parse().ok())
                .unwrap_or(0.0),
        }
    }
}

fn field(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_, value)| value.trim().to_owned())
}

fn first_number(text: &str) -> Option<u64> {
    text.split_whitespace().next()?.parse().ok()
}

/// The type of the longest mount point that `directory` lies under: see fstab(5).
fn filesystem(mounts: &str, directory: &Path) -> String {
    mounts
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(' ').skip(1);
            Some((fields.next()?, fields.next()?))
        })
        .filter(|(point, _)| directory.starts_with(point))
        .max_by_key(|(point, _)| point.len())
        .map_or_else(|| "unknown".to_owned(), |(_, kind)| kind.to_owned())
}

fn fdatasync(directory: &Path) -> Option<u32> {
    let path = directory.join("fdatasync");
    let mut file = File::create(&path).ok()?;
    let mut micros = Vec::with_capacity(PROBES);
    for _ in 0..PROBES {
        let started = Instant::now();
        file.seek(SeekFrom::Start(0)).ok()?;
        file.write_all(&[0x5a; 8192]).ok()?;
        file.sync_data().ok()?;
        micros.push(u32::try_from(started.elapsed().as_micros()).unwrap_or(u32::MAX));
    }
    fs::remove_file(path).ok()?;
    Some(percentile(&mut micros, 0.5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_mount_point_decides() {
        let mounts = "a / ext4 rw 0 0\nb /var/tmp tmpfs rw 0 0\n";
        assert_eq!(filesystem(mounts, Path::new("/var/tmp/x")), "tmpfs");
        assert_eq!(filesystem(mounts, Path::new("/home")), "ext4");
    }
}
