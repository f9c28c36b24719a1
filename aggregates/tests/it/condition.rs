//! Conditions.

use crate::values::hour;
use aggregates::condition::{Condition, Truth, set};

fn condition(kind: &str, status: Truth, at: u32, generation: i64) -> Condition {
    Condition {
        kind: kind.to_owned(),
        status,
        reason: "Because".to_owned(),
        message: format!("at {at}"),
        last_transition_time: hour(at),
        observed_generation: generation,
    }
}

#[test]
fn conditions_are_in_order_and_one_of_each_type() {
    let mut all = vec![];
    for (kind, status) in [("Ready", Truth::False), ("Connected", Truth::True), ("Ready", Truth::True)] {
        set(&mut all, condition(kind, status, 1, 1));
    }
    assert_eq!(all.iter().map(|it| it.kind.as_str()).collect::<Vec<_>>(), ["Connected", "Ready"]);
}

#[test]
fn the_time_is_that_of_the_last_change_of_the_status() {
    let mut all = vec![condition("Ready", Truth::False, 1, 1)];
    set(&mut all, condition("Ready", Truth::False, 2, 2));
    assert_eq!((all[0].last_transition_time, all[0].observed_generation), (hour(1), 2));
    assert_eq!(all[0].message, "at 2");
    set(&mut all, condition("Ready", Truth::True, 3, 2));
    assert_eq!(all[0].last_transition_time, hour(3));
}
