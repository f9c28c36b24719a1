//! Metrics: what is counted, in which unit, and the text that Prometheus reads.
//!
//! Every metric is declared in [`METRICS`], and nowhere else; a test compares the table with what the code counts.
//! Labels have few values by construction: route templates and not paths, codes and not messages, never a name, an id
//! or an address.

use crate::background::Background;
use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// What kind of number a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// A distribution.
    Histogram,
}

/// One metric.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// Its name, unit included, by the conventions of Prometheus.
    pub name: &'static str,
    /// What kind of number it is.
    pub kind: Kind,
    /// In which unit.
    pub unit: Unit,
    /// What it says, and its labels.
    pub help: &'static str,
}

/// Every metric there is.
pub const METRICS: &[Metric] = &[
    Metric {
        name: "quarterdeck_http_request_duration_seconds",
        kind: Kind::Histogram,
        unit: Unit::Seconds,
        help: "Requests answered and how long they took, by method, route template and status.",
    },
    Metric {
        name: "quarterdeck_http_problems_total",
        kind: Kind::Counter,
        unit: Unit::Count,
        help: "Requests refused or failed, by the stable code of the problem.",
    },
    Metric {
        name: "quarterdeck_attempts_total",
        kind: Kind::Counter,
        unit: Unit::Count,
        help: "Commands that ended in an error, by outcome: refused, denied, failed.",
    },
    Metric {
        name: "quarterdeck_connections_open",
        kind: Kind::Gauge,
        unit: Unit::Count,
        help: "Open connections of clients.",
    },
    Metric {
        name: "quarterdeck_connections_refused_total",
        kind: Kind::Counter,
        unit: Unit::Count,
        help: "Connections closed at once, by the limit that they were over.",
    },
    Metric {
        name: "quarterdeck_ledger_units_total",
        kind: Kind::Counter,
        unit: Unit::Count,
        help: "Commands that the ledger judged, by outcome: recorded, replayed, refused, stale, unauthorized.",
    },
    Metric {
        name: "quarterdeck_ledger_events_total",
        kind: Kind::Counter,
        unit: Unit::Count,
        help: "Events recorded by this process.",
    },
    Metric {
        name: "quarterdeck_ledger_batch_units",
        kind: Kind::Histogram,
        unit: Unit::Count,
        help: "Commands in one batch, which is one commit.",
    },
    Metric {
        name: "quarterdeck_ledger_batch_seconds",
        kind: Kind::Histogram,
        unit: Unit::Seconds,
        help: "How long a batch took from the lock to the commit's reply.",
    },
    Metric {
        name: "quarterdeck_ledger_queue_depth",
        kind: Kind::Gauge,
        unit: Unit::Count,
        help: "Commands waiting for the ledger's writer.",
    },
    Metric {
        name: "quarterdeck_turns_waiting",
        kind: Kind::Gauge,
        unit: Unit::Count,
        help: "Commands waiting for others of their org.",
    },
    Metric {
        name: "quarterdeck_bodies_bytes",
        kind: Kind::Gauge,
        unit: Unit::Bytes,
        help: "Bodies of requests in memory, or on their way.",
    },
    Metric {
        name: "quarterdeck_ledger_position",
        kind: Kind::Gauge,
        unit: Unit::Count,
        help: "The last position of the ledger that this process knows of.",
    },
    Metric {
        name: "quarterdeck_checkpoint_position",
        kind: Kind::Gauge,
        unit: Unit::Count,
        help: "The last position of the ledger that this process signed a checkpoint for.",
    },
    Metric {
        name: "quarterdeck_checkpoints_signed_total",
        kind: Kind::Counter,
        unit: Unit::Count,
        help: "Checkpoints that this process signed.",
    },
    Metric {
        name: "quarterdeck_checkpoints_failed_total",
        kind: Kind::Counter,
        unit: Unit::Count,
        help: "How often a checkpoint was due and could not be signed, or was refused.",
    },
    Metric {
        name: "quarterdeck_followers",
        kind: Kind::Gauge,
        unit: Unit::Count,
        help: "Streams of events that are open.",
    },
    Metric {
        name: "quarterdeck_followers_ended_total",
        kind: Kind::Counter,
        unit: Unit::Count,
        help: "Streams that this process ended, by reason: tooSlow, mayNot, epochChanged, stopping, failed.",
    },
    Metric {
        name: "quarterdeck_follower_lag_events",
        kind: Kind::Histogram,
        unit: Unit::Count,
        help: "How many events there were ahead of a follower when it was sent some, over all followers.",
    },
    Metric {
        name: "quarterdeck_follower_lag_seconds",
        kind: Kind::Histogram,
        unit: Unit::Seconds,
        help: "How long ago the events were recorded that a follower was sent, over all followers.",
    },
    Metric {
        name: "quarterdeck_stream_events_sent_total",
        kind: Kind::Counter,
        unit: Unit::Count,
        help: "Events sent to followers.",
    },
    Metric {
        name: "quarterdeck_sink_lag_events",
        kind: Kind::Gauge,
        unit: Unit::Count,
        help: "How many events are not published yet, by sink; 0 on processes that do not publish.",
    },
    Metric {
        name: "quarterdeck_sink_lag_seconds",
        kind: Kind::Gauge,
        unit: Unit::Seconds,
        help: "How long ago the first event was recorded that is not published yet, by sink.",
    },
    Metric {
        name: "quarterdeck_webhook_attempts_total",
        kind: Kind::Counter,
        unit: Unit::Count,
        help: "Attempts to send an event to a webhook, by outcome: delivered, refused, gone, throttled, redirected, \
               unresolved, blocked, unreachable, tls, timeout, broken.",
    },
    Metric {
        name: "quarterdeck_sink_events_total",
        kind: Kind::Counter,
        unit: Unit::Count,
        help: "Events by sink and outcome: published, duplicate; and how often publishing failed.",
    },
    Metric {
        name: "quarterdeck_database_connections",
        kind: Kind::Gauge,
        unit: Unit::Count,
        help: "Connections of the pool to the database, by state: idle, used.",
    },
];

/// Upper bounds of durations, in seconds: from a look-up in memory to a request that nobody waits for any more.
const SECONDS: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Upper bounds of the commands in a batch, which are at most 256.
const UNITS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// Upper bounds of how many events somebody lags behind.
const EVENTS: &[f64] = &[0.0, 1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0];

/// How often samples are summed up.
const SUM_UP_EVERY: Duration = Duration::from_secs(5);

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Starts counting, for the whole process. Again does nothing.
pub fn start() {
    HANDLE.get_or_init(|| {
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
            .and_then(|builder| builder.set_buckets_for_metric(Matcher::Suffix("_units".to_owned()), UNITS))
            .and_then(|builder| {
                builder.set_buckets_for_metric(Matcher::Suffix("_lag_events".to_owned()), EVENTS)
            })
            .and_then(PrometheusBuilder::install_recorder)
            .inspect_err(|error| tracing::error!(error = %error, "There will be no metrics"))
            .ok()?;
        METRICS.iter().for_each(describe);
        Some(handle)
    });
}

/// Sums samples up, again and again: where nobody reads the metrics, each would be kept for ever.
pub fn sum_up() -> Background {
    let stop = CancellationToken::new();
    let work = {
        let stop = stop.clone();
        async move {
            while stop.run_until_cancelled(tokio::time::sleep(SUM_UP_EVERY)).await.is_some() {
                if let Some(handle) = HANDLE.get().and_then(Option::as_ref) {
                    handle.run_upkeep();
                }
            }
        }
    };
    Background::start("Summing up metrics", stop, work)
}

/// All metrics as text (the exposition format of Prometheus, 0.0.4).
#[must_use]
pub fn render() -> String {
    start();
    let Some(handle) = HANDLE.get().and_then(Option::as_ref) else { return String::new() };
    handle.run_upkeep();
    handle.render()
}

fn describe(metric: &Metric) {
    let Metric { name, unit, help, .. } = *metric;
    match metric.kind {
        Kind::Counter => describe_counter!(name, unit, help),
        Kind::Gauge => describe_gauge!(name, unit, help),
        Kind::Histogram => describe_histogram!(name, unit, help),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    /// The names that follow `macro_name!(` in the sources.
    fn counted_in(directory: &Path, macro_name: &str, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                counted_in(&path, macro_name, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                for rest in text.split(&format!("{macro_name}!(")).skip(1) {
                    let name = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
                    found.extend(name.map(ToOwned::to_owned));
                }
            }
        }
    }

    #[test]
    fn the_table_is_what_the_code_counts() {
        let sources = Path::new("src");
        for (macro_name, kind) in
            [("counter", Kind::Counter), ("gauge", Kind::Gauge), ("histogram", Kind::Histogram)]
        {
            let mut counted = BTreeSet::new();
            counted_in(sources, macro_name, &mut counted);
            let declared = METRICS.iter().filter(|metric| metric.kind == kind);
            let declared: BTreeSet<String> = declared.map(|metric| metric.name.to_owned()).collect();
            assert_eq!(counted, declared, "{macro_name}s");
        }
    }

    #[test]
    fn names_say_unit_and_kind() {
        for metric in METRICS {
            assert!(metric.name.starts_with("quarterdeck_"), "{}", metric.name);
            assert_eq!(metric.name.ends_with("_total"), metric.kind == Kind::Counter, "{}", metric.name);
            assert_eq!(metric.name.ends_with("_seconds"), metric.unit == Unit::Seconds, "{}", metric.name);
            assert!(metric.help.ends_with('.'), "{}", metric.name);
        }
    }

    #[test]
    fn what_is_counted_is_rendered_with_its_help() {
        start();
        metrics::histogram!("quarterdeck_ledger_batch_units").record(3.0);
        let text = render();
        assert!(text.contains("# HELP quarterdeck_ledger_batch_units Commands in one batch"), "{text}");
        assert!(text.contains("quarterdeck_ledger_batch_units_bucket{le=\"4\"}"), "{text}");
    }

    fn resident_kib() -> usize {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn samples_are_summed_up_though_nobody_reads_them() {
        start();
        let summing_up = sum_up();
        tokio::task::yield_now().await;
        let units = metrics::histogram!("quarterdeck_ledger_batch_units");
        let before = resident_kib();
        for _ in 0..20 {
            // 4 MB of samples.
            (0..500_000).for_each(|_| units.record(1.0));
            tokio::time::advance(SUM_UP_EVERY).await;
            tokio::task::yield_now().await;
        }
        let grown = resident_kib().saturating_sub(before);
        assert!(grown < 40_000, "{grown} KiB more");
        summing_up.stop().await;
    }
}
