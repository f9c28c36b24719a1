//! A consumer as everybody should write one: keeps its cursor, and asserts that nothing is missing.

use std::collections::BTreeSet;
use testing::Frame;

/// Dice that fall the same way in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        // Knuth's MMIX generator.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// A consumer: asserts that what it sees goes up, and by one where it asked for everything.
pub(crate) struct Reader {
    path: String,
    is_dense: bool,
    /// Where to go on.
    pub(crate) cursor: Option<String>,
    /// The last position that it knows of.
    pub(crate) last: i64,
    /// The positions of what it saw.
    pub(crate) seen: Vec<i64>,
    /// How often it was connected.
    pub(crate) connected: usize,
    ids: BTreeSet<String>,
}

impl Reader {
    pub(crate) fn new(path: String, is_dense: bool) -> Self {
        Self { path, is_dense, cursor: None, last: 0, seen: vec![], connected: 0, ids: BTreeSet::new() }
    }

    /// What it asks for: everything from the beginning, unless it says where it is.
    pub(crate) fn path(&self) -> String {
        let sign = if self.path.contains('?') { '&' } else { '?' };
        format!("{}{sign}after=0", self.path)
    }

    /// Takes what comes next.
    pub(crate) fn take(&mut self, frame: &Frame) {
        if let Some(data) = &frame.data {
            let position = data["orgposition"].as_i64().unwrap();
            assert_eq!(position, frame.position());
            assert!(position > self.last, "{position} comes after {}", self.last);
            assert!(!self.is_dense || position == self.last + 1, "{position} comes after {}", self.last);
            let id = data["id"].as_str().unwrap().to_owned();
            assert!(self.ids.insert(id), "twice: {data}");
            self.seen.push(position);
        }
        if let Some(id) = frame.id.clone() {
            self.last = frame.position().max(self.last);
            self.cursor = Some(id);
        }
    }
}
