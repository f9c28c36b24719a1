use super::*;
use proptest::prelude::*;
use uuid::Uuid;

fn sender(number: u8) -> ScopeId {
    ScopeId::from(Uuid::from_u128(u128::from(number) + 1))
}

/// The same by the words of its rule: a list of all that wait, in order of arrival.
#[derive(Default)]
struct Model {
    waiting: Vec<(u8, u32, usize)>,
    /// When each sender last had its turn, or came to wait for one.
    since: HashMap<u8, u64>,
    clock: u64,
}

impl Model {
    fn has(&self, sender: u8) -> usize {
        self.waiting.iter().filter(|(of, ..)| *of == sender).count()
    }

    fn push(&mut self, sender: u8, item: u32, bytes: usize, (most, most_bytes): (usize, usize)) -> bool {
        let free = most - self.waiting.len();
        let all: usize = self.waiting.iter().map(|(.., bytes)| bytes).sum();
        if self.has(sender) >= free || (!self.waiting.is_empty() && all + bytes > most_bytes) {
            return false;
        }
        self.clock += 1;
        if self.has(sender) == 0 {
            self.since.insert(sender, self.clock);
        }
        self.waiting.push((sender, item, bytes));
        true
    }

    fn pop(&mut self) -> Option<(u32, usize)> {
        let next = self.waiting.iter().map(|(sender, ..)| *sender).min_by_key(|sender| self.since[sender])?;
        let at = self.waiting.iter().position(|(sender, ..)| *sender == next)?;
        let (_, item, bytes) = self.waiting.remove(at);
        self.clock += 1;
        self.since.insert(next, self.clock);
        Some((item, bytes))
    }
}

#[derive(Clone, Debug)]
enum Step {
    Push(u8, usize),
    Pop,
}

proptest! {
    #[test]
    fn turns_are_those_of_the_model(
        most in 1usize..20,
        steps in prop::collection::vec(
            prop_oneof![
                3 => (0u8..5, 1usize..40).prop_map(|(sender, bytes)| Step::Push(sender, bytes)),
                2 => Just(Step::Pop),
            ],
            0..200,
        ),
    ) {
        let bounds = (most, 200);
        let (mut turns, mut model) = (Turns::new(bounds.0, bounds.1), Model::default());
        for (item, step) in (0u32..).zip(steps) {
            match step {
                Step::Push(from, bytes) => {
                    let fits = turns.push(sender(from), item, bytes).is_ok();
                    prop_assert_eq!(fits, model.push(from, item, bytes, bounds));
                }
                Step::Pop => prop_assert_eq!(turns.pop(), model.pop()),
            }
            prop_assert_eq!(turns.len(), model.waiting.len());
            prop_assert!(turns.len() <= most && turns.queues.len() == turns.order.len());
        }
        while let Some(next) = model.pop() {
            prop_assert_eq!(turns.pop(), Some(next));
        }
        prop_assert!(turns.pop().is_none() && turns.bytes == 0 && turns.queues.is_empty());
    }

    /// Between two of its turns, nobody waits for more than one of each of the others, however much these send.
    #[test]
    fn nobody_waits_for_more_than_one_of_each_other(loud in 1usize..300, others in 1u8..20) {
        let mut turns = Turns::new(4_096, usize::MAX);
        for item in 0..loud {
            turns.push(sender(0), (0, item), 1).unwrap();
        }
        for other in 1..=others {
            turns.push(sender(other), (other, 0), 1).unwrap();
        }
        let first: Vec<u8> =
            std::iter::from_fn(|| turns.pop()).take(usize::from(others) + 1).map(|((from, _), _)| from).collect();
        prop_assert!((1..=others).all(|other| first.contains(&other)), "{:?}", first);
    }
}

#[test]
fn one_alone_fills_half_and_leaves_room_for_others() {
    let mut turns = Turns::new(100, usize::MAX);
    let loud = (0..200).filter(|item| turns.push(sender(0), *item, 1).is_ok()).count();
    assert_eq!(loud, 50);
    let second = (0..200).filter(|item| turns.push(sender(1), *item, 1).is_ok()).count();
    assert_eq!(second, 25);
    assert!(turns.push(sender(2), 0, 1).is_ok());
}

#[test]
fn what_is_too_large_fits_only_alone() {
    let mut turns = Turns::new(10, 100);
    assert!(turns.push(sender(0), 'a', 1_000).is_ok());
    assert_eq!(turns.push(sender(1), 'b', 1), Err('b'));
    assert_eq!(turns.pop(), Some(('a', 1_000)));
    assert!(turns.push(sender(1), 'b', 100).is_ok());
}

#[tokio::test]
async fn whoever_waits_learns_that_the_writer_is_gone() {
    let (intake, outlet) = Intake::open();
    let answered = intake.submit(Lane::Commands, Unit::default()).unwrap();
    assert!(intake.is_open() && intake.waiting() == 1);
    drop(outlet);
    assert!(answered.await.is_err());
    assert!(matches!(intake.submit(Lane::Commands, Unit::default()), Err(LedgerError::Overloaded)));
    assert!(!intake.is_open());
}

#[tokio::test]
async fn the_last_batch_comes_before_the_end() {
    let (intake, outlet) = Intake::open();
    let _answered = intake.submit(Lane::Attempts, Unit::default()).unwrap();
    drop(intake);
    assert_eq!(outlet.next_batch(vec![]).await.unwrap().len(), 1);
    assert!(outlet.next_batch(vec![]).await.is_none());
}

#[tokio::test]
async fn attempts_have_a_few_places_in_a_full_batch() {
    let (intake, outlet) = Intake::open();
    let mut answers = vec![];
    for lane in [Lane::Attempts, Lane::Commands] {
        for _ in 0..MOST_UNITS {
            answers.push(intake.submit(lane, Unit::default()).unwrap());
        }
    }
    assert_eq!(outlet.next_batch(vec![]).await.unwrap().len(), MOST_UNITS);
    let left = |waiting: &Waiting| (waiting.commands.len(), waiting.attempts.len());
    assert_eq!(left(&outlet.0.waiting()), (ATTEMPTS_IN_A_FULL_BATCH, MOST_UNITS - ATTEMPTS_IN_A_FULL_BATCH));
}
