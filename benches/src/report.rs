//! What a run found: the JSON that is kept, and what is read from it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::bars::Bar;
use crate::cluster::Described;
use crate::grown::{AsOf, LargeStart, Point, Verified};
use crate::limits::Limits;
use crate::listing::Listing;
use crate::machine::Machine;
use crate::pressure::{Fairness, Overload};
use crate::rebuild::Rebuilt;
use crate::statistics::median;
use crate::streams::Streams;
use crate::two::Two;

/// A whole run, or several that each measured a part: what a run did not measure is taken over from those before it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Report {
    /// When the run began, in seconds since the epoch.
    pub(crate) started_at: u64,
    /// The commit it was built from, where that can be told.
    pub(crate) revision: Option<String>,
    pub(crate) parameters: Parameters,
    pub(crate) machine: Machine,
    /// When each entry was measured, and how.
    pub(crate) entries: BTreeMap<String, Taken>,
    pub(crate) postgres: Option<Described>,
    pub(crate) bytes: Option<Bytes>,
    pub(crate) growth: Option<Growth>,
    pub(crate) starts: Vec<Start>,
    pub(crate) measurements: Vec<Measurement>,
    pub(crate) stored: Vec<Stored>,
    pub(crate) limits: Option<Limits>,
    pub(crate) listing: Option<Listing>,
    pub(crate) streams: Option<Streams>,
    pub(crate) two: Option<Two>,
    pub(crate) fairness: Option<Fairness>,
    pub(crate) overload: Option<Overload>,
    pub(crate) rebuilt: Option<Rebuilt>,
    /// The ledger as it grows.
    pub(crate) points: Vec<Point>,
    pub(crate) as_of: Option<AsOf>,
    pub(crate) verified: Option<Verified>,
    pub(crate) large_start: Option<LargeStart>,
    /// The most memory that the service held during each entry, in MiB.
    pub(crate) memory: BTreeMap<String, f64>,
    pub(crate) bars: Vec<Bar>,
}

/// When an entry was measured, and how.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Taken {
    /// When the run began, in seconds since the epoch.
    pub(crate) started_at: u64,
    pub(crate) revision: Option<String>,
    pub(crate) rounds: usize,
    pub(crate) seconds: u64,
    /// How busy the machine was before: see [`Machine`].
    pub(crate) load_before: f64,
}

/// How long and how much.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Parameters {
    pub(crate) seconds: u64,
    pub(crate) rounds: usize,
    pub(crate) objects: usize,
    pub(crate) autovacuum: bool,
    pub(crate) body: String,
}

/// Lengths in bytes: of a request, and of the event that comes of it. The rivals store as much.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Bytes {
    pub(crate) payload: usize,
    pub(crate) metadata: usize,
    pub(crate) body: usize,
}

/// The service from an empty database to `objects` orgs, over 64 connections.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Growth {
    pub(crate) objects: usize,
    pub(crate) errors: usize,
    /// Creates per second in each tenth.
    pub(crate) tenths: Vec<f64>,
    pub(crate) resident_kib: u64,
    pub(crate) resident_before_kib: u64,
}

/// One start on a data directory that was there already.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Start {
    /// Orgs in it.
    pub(crate) objects: usize,
    /// From the start of the process until `/readyz` said yes, the start of PostgreSQL included.
    pub(crate) seconds: f64,
}

/// What was acknowledged, and what was there at the end.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stored {
    pub(crate) contestant: Contestant,
    pub(crate) acknowledged: usize,
    pub(crate) events: i64,
    pub(crate) readable: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Work {
    Create,
    Update,
    Get,
    Livez,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Contestant {
    /// The service.
    Ours,
    /// The stock pipeline.
    Stock,
    /// Emmett, in `TypeScript`.
    Emmett,
    /// eventsourcing, in Python.
    Eventsourcing,
    /// `pgbench`: `BEGIN`, one `INSERT`, `COMMIT`.
    Transaction,
    /// `pgbench`: one `INSERT`, committed by itself.
    Autocommit,
    /// `pgbench`: the look-up of a GET.
    LookUp,
}

/// All rounds of one contestant at one work.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Measurement {
    pub(crate) work: Work,
    pub(crate) connections: usize,
    pub(crate) contestant: Contestant,
    pub(crate) rounds: Vec<Round>,
}

/// One round.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Round {
    /// Replies, or transactions, per second.
    pub(crate) rate: f64,
    /// As `pgbench` tells it.
    pub(crate) average_millis: Option<f64>,
    pub(crate) median_millis: Option<f64>,
    pub(crate) p99_millis: Option<f64>,
    /// Replies that were neither 200 nor 201.
    pub(crate) errors: usize,
    /// Processor time of the contestant's process for each reply.
    pub(crate) contestant_micros: f64,
    /// Processor time of PostgreSQL for each reply.
    pub(crate) postgres_micros: f64,
    /// Processor time of the load generator for each reply.
    pub(crate) load_micros: f64,
}

impl Work {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Get => "get",
            Self::Livez => "livez",
        }
    }
}

impl Contestant {
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Stock => "stock postgres-es",
            Self::Emmett => "Emmett",
            Self::Eventsourcing => "eventsourcing",
            Self::Transaction => "pgbench transaction",
            Self::Autocommit => "pgbench autocommit",
            Self::LookUp => "pgbench look-up",
        }
    }
}

impl Measurement {
    /// Adds a round to the measurement it belongs to.
    pub(crate) fn note(
        measurements: &mut Vec<Self>,
        work: Work,
        connections: usize,
        contestant: Contestant,
        round: Round,
    ) {
        let same =
            |it: &&mut Self| (it.work, it.connections, it.contestant) == (work, connections, contestant);
        match measurements.iter_mut().find(same) {
            Some(measurement) => measurement.rounds.push(round),
            None => measurements.push(Self { work, connections, contestant, rounds: vec![round] }),
        }
    }

    /// The median of a figure over the rounds; nothing where no round has it.
    pub(crate) fn median(&self, figure: impl Fn(&Round) -> Option<f64>) -> Option<f64> {
        median(self.rounds.iter().filter_map(figure))
    }
}

impl Report {
    /// Notes the most memory that the service held during an entry.
    pub(crate) fn held(&mut self, entry: &str, mib: Option<f64>) {
        if let Some(mib) = mib {
            let most = self.memory.entry(entry.to_owned()).or_insert(mib);
            *most = most.max(mib);
        }
    }

    /// Takes over what this run did not measure from the runs before it.
    pub(crate) fn over(mut self, before: Self) -> Self {
        let Self { entries, measurements, memory, .. } = before;
        for (entry, taken) in entries {
            self.entries.entry(entry).or_insert(taken);
        }
        for (entry, mib) in memory {
            self.memory.entry(entry).or_insert(mib);
        }
        let measured: Vec<Work> = self.measurements.iter().map(|it| it.work).collect();
        self.measurements.extend(measurements.into_iter().filter(|it| !measured.contains(&it.work)));
        self.measurements.sort_by_key(|it| it.work);
        self.postgres = self.postgres.or(before.postgres);
        self.bytes = self.bytes.or(before.bytes);
        self.growth = self.growth.or(before.growth);
        self.limits = self.limits.or(before.limits);
        self.listing = self.listing.or(before.listing);
        self.streams = self.streams.or(before.streams);
        self.two = self.two.or(before.two);
        self.fairness = self.fairness.or(before.fairness);
        self.overload = self.overload.or(before.overload);
        self.rebuilt = self.rebuilt.or(before.rebuilt);
        self.as_of = self.as_of.or(before.as_of);
        self.verified = self.verified.or(before.verified);
        self.large_start = self.large_start.or(before.large_start);
        self.starts = unless_empty(self.starts, before.starts);
        self.stored = unless_empty(self.stored, before.stored);
        self.points = unless_empty(self.points, before.points);
        self
    }

    /// One contestant at one work.
    pub(crate) fn find(
        &self,
        work: Work,
        connections: usize,
        contestant: Contestant,
    ) -> Option<&Measurement> {
        self.measurements
            .iter()
            .find(|it| (it.work, it.connections, it.contestant) == (work, connections, contestant))
    }

    /// Its median rate.
    pub(crate) fn rate(&self, work: Work, connections: usize, contestant: Contestant) -> Option<f64> {
        self.find(work, connections, contestant)?.median(|round| Some(round.rate))
    }

    /// The service's median rate over a rival's.
    pub(crate) fn ratio(&self, work: Work, connections: usize, rival: Contestant) -> Option<f64> {
        Some(self.rate(work, connections, Contestant::Ours)? / self.rate(work, connections, rival)?)
    }
}

fn unless_empty<T>(now: Vec<T>, before: Vec<T>) -> Vec<T> {
    if now.is_empty() { before } else { now }
}

impl Growth {
    /// The median rate of the last three tenths over that of the second, third and fourth: the first one warms up.
    pub(crate) fn end_over_beginning(&self) -> Option<f64> {
        let part = |from, to| median(self.tenths.get(from..to)?.iter().copied());
        Some(part(7, 10)? / part(1, 4)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_compares_its_end_with_its_beginning() {
        let tenths = vec![1.0, 10.0, 11.0, 12.0, 9.0, 9.0, 9.0, 5.0, 5.5, 6.0];
        let growth = Growth { objects: 10, errors: 0, tenths, resident_kib: 0, resident_before_kib: 0 };
        assert_eq!(growth.end_over_beginning(), Some(0.5));
    }

    #[test]
    fn what_was_not_measured_again_is_taken_over() {
        let round = |rate| Round {
            rate,
            average_millis: None,
            median_millis: None,
            p99_millis: None,
            errors: 0,
            contestant_micros: 0.0,
            postgres_micros: 0.0,
            load_micros: 0.0,
        };
        let report = |entry: &str, work, rate| {
            let mut report = Report::default();
            Measurement::note(&mut report.measurements, work, 64, Contestant::Ours, round(rate));
            report.entries.insert(entry.to_owned(), Taken::default());
            report.held(entry, Some(rate));
            report
        };
        let both = report("create", Work::Create, 1.0).over(report("get", Work::Get, 2.0));
        let newer = report("get", Work::Get, 3.0).over(both);
        let rate = |work| newer.rate(work, 64, Contestant::Ours);
        assert_eq!((rate(Work::Create), rate(Work::Get)), (Some(1.0), Some(3.0)));
        assert_eq!(newer.memory["create"].total_cmp(&1.0), std::cmp::Ordering::Equal);
        assert_eq!(newer.entries.len(), 2);
    }
}
