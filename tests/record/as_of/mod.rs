//! As of: whatever was read once is read again, byte for byte, whatever happened since.
//!
//! A story of random commands of every kind, with random reads between them. Each read is remembered with the position
//! and the time at which it was made, and asked again later, as of the one and as of the other.

mod commands;
mod dice;
mod kinds;
mod reads;
mod story;

use story::Story;

/// What must have happened in a story, or it shows little.
const MUST_HAPPEN: [&str; 11] = [
    "activate",
    "create",
    "delete",
    "patch",
    "publish",
    "put",
    "rename",
    "restore",
    "revert",
    "roles",
    "time passes",
];

#[tokio::test]
async fn every_read_is_answered_again_as_it_was() {
    for seed in 0..testing::sized(1, 8) {
        let mut story = Story::begin(u64::try_from(seed).unwrap()).await;
        story.settle().await;
        for step in 0..testing::sized(110, 1_000) {
            for _ in 0..2 {
                story.command().await;
                story.command().await;
                story.read().await;
            }
            if step % 20 == 19 {
                story.ask_one_again().await;
            }
        }
        story.ask_all_again().await;
        let missing: Vec<_> = MUST_HAPPEN.iter().filter(|it| !story.happened.contains_key(**it)).collect();
        assert!(missing.is_empty(), "seed {seed}: {missing:?} never happened, but {:?}", story.happened);
        let unread = story.unread();
        assert!(unread.is_empty(), "seed {seed}: never read: {unread:?}");
    }
}
