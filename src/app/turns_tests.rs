use super::*;
use futures::FutureExt as _;
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

fn sender(number: u8) -> ScopeId {
    ScopeId::from(Uuid::from_u128(u128::from(number) + 1))
}

/// What is waited for.
type Waiting<'t> = futures::future::BoxFuture<'t, Result<Turn, LedgerError>>;

/// What comes of asking for a turn.
enum Asked<'t> {
    Begun(Turn),
    Waits(Waiting<'t>),
    Refused(LedgerError),
}

fn ask(turns: &Turns, number: u8) -> Asked<'_> {
    let mut waiting = turns.wait(sender(number)).boxed();
    match waiting.as_mut().now_or_never() {
        Some(Ok(turn)) => Asked::Begun(turn),
        Some(Err(refused)) => Asked::Refused(refused),
        None => Asked::Waits(waiting),
    }
}

fn begin(turns: &Turns, number: u8) -> Turn {
    match ask(turns, number) {
        Asked::Begun(turn) => turn,
        Asked::Waits(_) | Asked::Refused(_) => panic!("{number} has no turn"),
    }
}

fn wait(turns: &Turns, number: u8) -> Waiting<'_> {
    match ask(turns, number) {
        Asked::Waits(waiting) => waiting,
        Asked::Begun(_) | Asked::Refused(_) => panic!("{number} does not wait"),
    }
}

/// Its turn, if that has come.
fn comes(waiting: &mut Waiting<'_>) -> Option<Turn> {
    waiting.as_mut().now_or_never().map(Result::unwrap)
}

fn at_work(turns: &Turns, number: u8) -> usize {
    turns.senders().all.get(&sender(number)).map_or(0, |sender| sender.at_work)
}

#[test]
fn one_alone_has_everything_and_beside_others_its_part() {
    let turns = Turns::default();
    let alone: Vec<Turn> = (0..500).map(|_| begin(&turns, 0)).collect();
    let first = begin(&turns, 1);
    let mut waits = wait(&turns, 0);
    drop(alone);
    drop(comes(&mut waits).unwrap());
    let half: Vec<Turn> = (0..AT_ONCE / 2).map(|_| begin(&turns, 0)).collect();
    let mut waits = wait(&turns, 0);
    let others: Vec<Turn> = (2..40).map(|number| begin(&turns, number)).collect();
    let few: Vec<Turn> = (1..OF_EACH).map(|_| begin(&turns, 1)).collect();
    drop(wait(&turns, 1));
    drop((first, half, others, few));
    assert!(comes(&mut waits).is_some());
    assert_eq!(turns.waiting(), 0);
}

#[test]
fn whoever_sends_no_more_is_forgotten_after_many_turns_of_another() {
    let turns = Turns::default();
    drop(begin(&turns, 1));
    for turn in 0..REMEMBERED + LOOK_AFTER {
        drop(begin(&turns, 0));
        assert!(turn >= REMEMBERED || turns.senders().all.len() == 2, "after {turn}");
    }
    assert_eq!(turns.senders().all.len(), 1);
    let all: Vec<Turn> = (0..AT_ONCE).map(|_| begin(&turns, 0)).collect();
    assert_eq!(at_work(&turns, 0), all.len());
}

#[test]
fn what_waits_begins_in_its_order_and_what_nobody_waits_for_any_more_is_passed_over() {
    let turns = Turns::default();
    let _other = begin(&turns, 1);
    let mut working: Vec<Turn> = (0..AT_ONCE / 2).map(|_| begin(&turns, 0)).collect();
    let [mut first, given_up, mut last] = [(); 3].map(|()| wait(&turns, 0));
    // As many as would be too deep a stack, if each let in the next.
    let many: Vec<Waiting<'_>> = (0..900).map(|_| wait(&turns, 0)).collect();
    drop((given_up, many));
    drop(working.pop());
    let first = comes(&mut first).unwrap();
    assert!(comes(&mut last).is_none());
    drop(first);
    drop(comes(&mut last).unwrap());
    drop(working);
    assert_eq!((at_work(&turns, 0), turns.waiting()), (0, 0));
}

#[test]
fn one_that_sends_too_much_leaves_room_for_others_to_wait() {
    let turns = Turns::default();
    let _others = [1, 2].map(|number| begin(&turns, number));
    let (mut working, mut waiting) = (vec![], vec![]);
    let refused = loop {
        match ask(&turns, 0) {
            Asked::Begun(turn) => working.push(turn),
            Asked::Waits(waits) => waiting.push(waits),
            Asked::Refused(refused) => break refused,
        }
    };
    assert!(matches!(refused, LedgerError::Overloaded));
    assert_eq!((working.len(), waiting.len()), (AT_ONCE / 3, MOST_WAITING / 2));
    let _more: Vec<Turn> = (1..AT_ONCE / 3).map(|_| begin(&turns, 1)).collect();
    drop(wait(&turns, 1));
}

proptest! {
    /// Against the rule in its own words: of each sender the oldest of what it has asked for and not ended are at work, at least
    /// as many as there may be of each in any case.
    #[test]
    fn nobody_waits_for_nothing(
        steps in prop::collection::vec(
            // Far more than may be worked on.
            (0u8..4, prop::bool::weighted(0.8), any::<prop::sample::Index>()),
            1..400,
        )
    ) {
        let turns = Turns::default();
        let mut working: Vec<(u8, Turn)> = vec![];
        let mut waiting: Vec<(u8, Waiting<'_>)> = vec![];
        for (number, asks, which) in steps {
            if asks {
                match ask(&turns, number) {
                    Asked::Begun(turn) => working.push((number, turn)),
                    Asked::Waits(waits) => waiting.push((number, waits)),
                    Asked::Refused(refused) => panic!("{refused}"),
                }
            } else if !working.is_empty() {
                drop(working.swap_remove(which.index(working.len())));
            }
            let mut still = vec![];
            for (number, mut waits) in std::mem::take(&mut waiting) {
                match comes(&mut waits) {
                    Some(turn) => {
                        let overtaken = still.iter().any(|(other, _): &(u8, Waiting<'_>)| *other == number);
                        prop_assert!(!overtaken, "each sender has its turns in order");
                        working.push((number, turn));
                    }
                    None => still.push((number, waits)),
                }
            }
            waiting = still;
            let mut at_work: BTreeMap<u8, usize> = BTreeMap::new();
            for (number, _) in &working {
                *at_work.entry(*number).or_default() += 1;
            }
            for (number, _) in &waiting {
                prop_assert!(at_work.get(number).is_some_and(|count| *count >= OF_EACH));
            }
            prop_assert_eq!(turns.waiting(), waiting.len());
        }
        while !working.is_empty() || !waiting.is_empty() {
            prop_assert!(!working.is_empty(), "somebody waits for nobody");
            working.clear();
            for (number, mut waits) in std::mem::take(&mut waiting) {
                match comes(&mut waits) {
                    Some(turn) => working.push((number, turn)),
                    None => waiting.push((number, waits)),
                }
            }
        }
        prop_assert!(turns.senders().all.values().all(|sender| sender.at_work == 0));
    }
}
