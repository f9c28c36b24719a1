//! The rounds: every work at every number of connections, contestants in turn, first another one each round.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use crate::Failure;
use crate::cluster::Cluster;
use crate::load::{self, Ask, Outcome, Target, Until};
use crate::pgbench::{Pgbench, Script};
use crate::processes::{Processor, forget_peak, peak_mib};
use crate::report::{Contestant, Measurement, Round, Work};
use crate::rivals::Rival;
use crate::settings::Settings;
use crate::statistics::as_f64;

/// What is done, over how many connections, by whom. PostgreSQL has no place for 256 clients of `pgbench`.
const CASES: [(Work, usize, &[Contestant]); 7] = {
    use Contestant::{Autocommit, Emmett, Eventsourcing, LookUp, Ours, Stock, Transaction};
    [
        (Work::Create, 1, &[Ours, Stock, Emmett, Eventsourcing, Transaction, Autocommit]),
        (Work::Create, 8, &[Ours, Stock, Transaction, Autocommit]),
        (Work::Create, 64, &[Ours, Stock, Emmett, Eventsourcing, Transaction, Autocommit]),
        (Work::Create, 256, &[Ours, Stock]),
        (Work::Update, 64, &[Ours]),
        (Work::Get, 64, &[Ours, Stock, Emmett, Eventsourcing, LookUp]),
        (Work::Livez, 64, &[Ours]),
    ]
};

/// The entries that the cases make.
pub(crate) const IN_ROUNDS: [&str; 4] = ["create", "update", "get", "livez"];

/// Something served over HTTP.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) target: Target,
    pub(crate) process: u32,
    /// What is read from it.
    pub(crate) paths: Rc<[String]>,
    /// How many creates it has acknowledged.
    pub(crate) acknowledged: usize,
}

/// Everybody who takes part.
#[derive(Debug)]
pub(crate) struct Field<'run> {
    pub(crate) settings: &'run Settings,
    pub(crate) cluster: &'run Cluster,
    pub(crate) ours: Served,
    pub(crate) rivals: Vec<Rival>,
    pub(crate) pgbench: Option<Pgbench>,
    /// How many loads have run: makes names unique.
    pub(crate) loads: usize,
    /// The most memory that the service held in each work, in MiB.
    pub(crate) held: BTreeMap<&'static str, f64>,
}

impl Field<'_> {
    /// All rounds.
    ///
    /// # Errors
    ///
    /// A contestant could not go on.
    pub(crate) async fn run(&mut self) -> Result<Vec<Measurement>, Failure> {
        let mut measurements: Vec<Measurement> = vec![];
        for round in 0..self.settings.rounds {
            for (work, connections, contestants) in CASES {
                if !self.settings.wants(work.as_str()) {
                    continue;
                }
                for turn in 0..contestants.len() {
                    let contestant = contestants[(turn + round) % contestants.len()];
                    let Some(result) = self.measure(work, connections, contestant).await? else { continue };
                    eprintln!(
                        "round {}/{}  {:<6} ×{connections:<3}  {:<20} {:>8.0}/s",
                        round + 1,
                        self.settings.rounds,
                        work.as_str(),
                        contestant.title(),
                        result.rate
                    );
                    Measurement::note(&mut measurements, work, connections, contestant, result);
                }
            }
        }
        Ok(measurements)
    }

    async fn measure(
        &mut self,
        work: Work,
        connections: usize,
        contestant: Contestant,
    ) -> Result<Option<Round>, Failure> {
        let script = match contestant {
            Contestant::Ours | Contestant::Stock | Contestant::Emmett | Contestant::Eventsourcing => {
                return self.measure_served(work, connections, contestant).await;
            }
            Contestant::Transaction => Script::Transaction,
            Contestant::Autocommit => Script::Autocommit,
            Contestant::LookUp => Script::LookUp,
        };
        let Some(pgbench) = &self.pgbench else { return Ok(None) };
        self.cluster.checkpoint().await?;
        let before = Processor::used(None, self.cluster.postmaster);
        let said = pgbench.run(script, connections, self.settings.seconds).await?;
        let used = Processor::used(None, self.cluster.postmaster).since(before);
        let transactions = said.rate * as_f64(usize::try_from(self.settings.seconds)?);
        Ok(Some(Round {
            rate: said.rate,
            average_millis: Some(said.average_millis),
            median_millis: None,
            p99_millis: None,
            errors: 0,
            contestant_micros: 0.0,
            postgres_micros: used.postgres / transactions * 1e6,
            load_micros: used.load / transactions * 1e6,
        }))
    }

    /// Nothing where the rival does not take part.
    async fn measure_served(
        &mut self,
        work: Work,
        connections: usize,
        contestant: Contestant,
    ) -> Result<Option<Round>, Failure> {
        self.loads += 1;
        let served = if contestant == Contestant::Ours {
            &mut self.ours
        } else {
            match self.rivals.iter_mut().find(|rival| rival.contestant == contestant) {
                Some(rival) => &mut rival.served,
                None => return Ok(None),
            }
        };
        let prefix = prefix(self.loads);
        let ask = match work {
            Work::Create => Ask::Create { body: self.settings.body, prefix },
            Work::Update => Ask::Update { paths: Rc::clone(&served.paths), prefix },
            Work::Get => Ask::Get(Rc::clone(&served.paths)),
            Work::Livez => Ask::Get(Rc::new(["/livez".to_owned()])),
        };
        self.cluster.checkpoint().await?;
        let until = Until::Time(Duration::from_secs(self.settings.seconds));
        forget_peak(served.process);
        let before = Processor::used(Some(served.process), self.cluster.postmaster);
        let outcome = load::run(&served.target, ask, connections, until).await?;
        let used = Processor::used(Some(served.process), self.cluster.postmaster).since(before);
        if work == Work::Create {
            served.acknowledged += outcome.replies - outcome.errors;
        }
        if contestant == Contestant::Ours {
            let most = self.held.entry(work.as_str()).or_default();
            *most = most.max(peak_mib(served.process).unwrap_or(0.0));
        }
        Ok(Some(round(&outcome, used)))
    }
}

/// The beginning of the names that one load makes.
pub(crate) fn prefix(load: usize) -> String {
    format!("b-{load:06}")
}

fn round(outcome: &Outcome, used: Processor) -> Round {
    if let Some(error) = &outcome.first_error {
        eprintln!("{} errors, the first: {error}", outcome.errors);
    }
    let replies = as_f64(outcome.replies.max(1));
    Round {
        rate: outcome.rate,
        average_millis: None,
        median_millis: Some(f64::from(outcome.median_micros) / 1e3),
        p99_millis: Some(f64::from(outcome.p99_micros) / 1e3),
        errors: outcome.errors,
        contestant_micros: used.contestant / replies * 1e6,
        postgres_micros: used.postgres / replies * 1e6,
        load_micros: used.load / replies * 1e6,
    }
}
