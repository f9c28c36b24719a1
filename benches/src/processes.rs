//! What processes cost, read from `/proc`: see proc(5).

use std::collections::HashSet;
use std::fs;

/// The kernel counts processor time in hundredths of a second for user space: `USER_HZ`, the same on every
/// architecture Linux runs on today.
const TICKS_IN_A_SECOND: f64 = 100.0;

/// Processor seconds used so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Processor {
    /// By this process: the load generator.
    pub(crate) load: f64,
    /// By the contestant's own process, and those that it has started; PostgreSQL apart.
    pub(crate) contestant: f64,
    /// By PostgreSQL, all of its processes.
    pub(crate) postgres: f64,
}

impl Processor {
    /// So far; zero for what cannot be read.
    pub(crate) fn used(contestant: Option<u32>, postmaster: u32) -> Self {
        Self {
            load: of_process(std::process::id()).unwrap_or(0.0),
            contestant: contestant.map_or(0.0, |process| of_family(process, Some(postmaster))),
            postgres: of_family(postmaster, None),
        }
    }

    /// What came to it since `before`.
    pub(crate) fn since(self, before: Self) -> Self {
        Self {
            load: self.load - before.load,
            contestant: self.contestant - before.contestant,
            postgres: self.postgres - before.postgres,
        }
    }
}

/// Resident memory of a process in KiB: now, and the most it ever was.
pub(crate) fn resident_kib(process: u32) -> Option<(u64, u64)> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let value = |field: &str| {
        let line = status.lines().find(|line| line.starts_with(field))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    Some((value("VmRSS:")?, value("VmHWM:")?))
}

/// Begins to look anew at the most memory a process comes to hold: `clear_refs` of proc(5).
pub(crate) fn forget_peak(process: u32) {
    // Where it may not, the peak is the one since the start, which is no less.
    fs::write(format!("/proc/{process}/clear_refs"), "5").unwrap_or(());
}

/// Resident memory of a process, now.
pub(crate) fn resident_mib(process: u32) -> Option<f64> {
    let (now, _) = resident_kib(process)?;
    Some(f64::from(u32::try_from(now).ok()?) / 1024.0)
}

/// The most memory that a process has held since [`forget_peak`].
pub(crate) fn peak_mib(process: u32) -> Option<f64> {
    let (_, peak) = resident_kib(process)?;
    Some(f64::from(u32::try_from(peak).ok()?) / 1024.0)
}

/// The fields of `/proc/<pid>/stat` after the name, which may hold anything; the first is field 3 of proc(5).
fn stat(process: u32) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, after_name) = text.rsplit_once(')')?;
    Some(after_name.split_whitespace().map(str::to_owned).collect())
}

fn seconds(fields: &[String], from: usize, to: usize) -> Option<f64> {
    let ticks: Option<Vec<f64>> = fields.get(from..to)?.iter().map(|field| field.parse().ok()).collect();
    Some(ticks?.iter().sum::<f64>() / TICKS_IN_A_SECOND)
}

/// `utime` and `stime`: fields 14 and 15.
fn of_process(process: u32) -> Option<f64> {
    seconds(&stat(process)?, 11, 13)
}

/// A process and its children but one, those that have ended included (`cutime`, `cstime`: fields 16 and 17).
fn of_family(parent: u32, but: Option<u32>) -> f64 {
    let ended = stat(parent).and_then(|fields| seconds(&fields, 11, 15)).unwrap_or(0.0);
    let children = children(parent).into_iter().filter(|child| Some(*child) != but);
    ended + children.filter_map(of_process).sum::<f64>()
}

fn children(parent: u32) -> HashSet<u32> {
    let Ok(entries) = fs::read_dir("/proc") else { return HashSet::new() };
    let parent = parent.to_string();
    entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .filter(|process| stat(*process).is_some_and(|fields| fields.get(1) == Some(&parent)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_memory_and_time() {
        let me = std::process::id();
        let (now, peak) = resident_kib(me).unwrap();
        assert!(now > 0 && peak >= now);
        assert!(of_process(me).is_some());
    }
}
