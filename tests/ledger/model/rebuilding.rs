//! Whatever happened, and wherever a rebuild was ended, what it makes is what was there.

use super::actual::Actual;
use super::{expected, for_all, runtime};
use crate::rebuilding::{begin, live};
use crate::world::World;
use proptest::collection::vec;
use quarterdeck::ledger::rebuild::Step;
use testing::sized;

#[test]
fn what_is_rebuilt_is_what_was_there() {
    let runtime = runtime();
    let world = runtime.block_on(World::new());
    // With each command: how many steps are done after it, or that whoever does them is gone.
    let story = vec((expected::command(), 0..4_usize), 1..30);
    for_all(sized(16, 600), &(story, 1..30_usize), |(story, chunk)| {
        runtime.block_on(async {
            // One at a time: whoever begins waits for the other to end.
            let mut actual = Actual::new(&world).await;
            let mut rebuild = begin(&world, chunk).await;
            for (command, steps) in story {
                actual.run(command).await;
                if steps == 3 {
                    drop(rebuild);
                    rebuild = begin(&world, chunk).await;
                }
                for _ in 0..steps {
                    if let Step::Switched { .. } = rebuild.step().await.unwrap() {
                        drop(rebuild);
                        rebuild = begin(&world, chunk).await;
                    }
                }
            }
            let before = live(&world.pool).await;
            rebuild.finish().await.unwrap();
            assert_eq!(live(&world.pool).await, before);
        });
    });
    runtime.block_on(world.end());
}
