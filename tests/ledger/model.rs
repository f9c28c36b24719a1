//! Thousands of generated commands, against a model small enough to be read.

mod actual;
mod expected;
mod rebuilding;

use crate::world::World;
use actual::{Actual, kind_of};
use expected::{Command, Expected, Model};
use proptest::collection::vec;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestRunner};
use quarterdeck::ledger::unit::Unit;
use testing::sized;
use tokio::runtime::{Builder, Runtime};
use values::ScopeId;

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Runs generated cases; one that fails is made smaller and shown.
fn for_all<T: std::fmt::Debug>(cases: usize, strategy: &impl Strategy<Value = T>, test: impl Fn(T)) {
    let config = Config {
        cases: u32::try_from(cases).unwrap(),
        failure_persistence: None,
        max_shrink_iters: 500,
        ..Config::default()
    };
    let ran = TestRunner::new(config).run(strategy, |case| {
        test(case);
        Ok(())
    });
    ran.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn commands_end_as_the_model_says() {
    let runtime = runtime();
    let world = runtime.block_on(World::new());
    for_all(sized(60, 5_000), &vec(expected::command(), 1..40), |commands| {
        runtime.block_on(async {
            let mut actual = Actual::new(&world).await;
            let mut model = Model::default();
            for command in commands {
                let expected = model.expect(command);
                let outcome = actual.run(command).await;
                assert_eq!(outcome, expected, "{command:?} in {model:#?}");
                model.apply(command, expected);
                if expected == Expected::Recorded {
                    assert_eq!(actual.version(command).await, model.version(command), "{command:?}");
                }
            }
            assert_eq!(actual.documents().await, model.documents());
        });
    });
    runtime.block_on(world.end());
}

#[test]
fn units_of_one_batch_end_as_if_they_had_come_one_by_one() {
    let runtime = runtime();
    let (alone, together) = runtime.block_on(async { (World::new().await, World::new().await) });
    let commands = || vec(expected::command(), 1..20);
    for_all(sized(40, 2_000), &(commands(), commands()), |(before, at_once)| {
        runtime.block_on(async {
            let (mut one_by_one, mut in_a_batch) = (Actual::new(&alone).await, Actual::new(&together).await);
            for command in before {
                assert_eq!(one_by_one.run(command).await, in_a_batch.run(command).await);
            }
            let (first, mut second) =
                (units(&one_by_one, &at_once).await, units(&in_a_batch, &at_once).await);
            // Of several senders, each in its turn, the order would be another.
            let sender = ScopeId::from(together.id());
            for unit in &mut second {
                unit.authority.insert(0, (sender, 0));
            }
            let mut expected = vec![];
            for unit in first {
                expected.push(kind_of(&alone.ledger.submit(unit).await));
            }
            let verdicts = together.submit_together(second).await;
            let outcomes: Vec<_> = verdicts.iter().map(kind_of).collect();
            assert_eq!(outcomes, expected);
            assert_eq!(in_a_batch.documents().await, one_by_one.documents().await);
        });
    });
    runtime.block_on(async {
        alone.end().await;
        together.end().await;
    });
}

/// The units of these commands, all decided on what is so now; those that aggregates refuse left out.
async fn units(actual: &Actual<'_>, commands: &[Command]) -> Vec<Unit> {
    let mut units = vec![];
    for command in commands {
        units.extend(actual.unit(*command).await.and_then(Result::ok));
    }
    units
}
