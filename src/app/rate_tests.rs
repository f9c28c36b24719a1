use super::*;
use crate::clock::at_micros;
use proptest::prelude::*;

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn five_a_minute_are_let_and_then_one_every_twelve_seconds() {
    let rate = PublicRate::default();
    let ada = address("192.0.2.1");
    for _ in 0..5 {
        assert_eq!(rate.take(ada, at_micros(0)), Ok(()));
    }
    assert_eq!(rate.take(ada, at_micros(0)), Err(12));
    assert_eq!(rate.take(ada, at_micros(11 * SECOND)), Err(1));
    assert_eq!(rate.take(address("192.0.2.2"), at_micros(0)), Ok(()));
    assert_eq!(rate.take(ada, at_micros(12 * SECOND)), Ok(()));
    assert_eq!(rate.take(ada, at_micros(12 * SECOND)), Err(12));
}

#[test]
fn fifty_an_hour_are_let_however_they_are_spread() {
    let rate = PublicRate::default();
    let ada = address("2001:db8::1");
    let let_in = (0..240).filter(|turn| rate.take(ada, at_micros(turn * 12 * SECOND)).is_ok()).count();
    // 50 at once, and one more every 72 s of 48 minutes.
    assert_eq!(let_in, 89);
    assert!(rate.take(address("2001:db8::2"), at_micros(240 * 12 * SECOND - 1)).is_err());
}

#[test]
fn what_is_left_is_told() {
    let allowances = Allowances::new(["3/min".parse().unwrap()]);
    let take = |at| allowances.take((), at_micros(at * SECOND))[0];
    assert_eq!(take(0), Left { times: 2, whole_in_seconds: 20, retry_in_seconds: None });
    assert_eq!(take(0), Left { times: 1, whole_in_seconds: 40, retry_in_seconds: None });
    assert_eq!(take(0), Left { times: 0, whole_in_seconds: 60, retry_in_seconds: None });
    assert_eq!(take(1), Left { times: 0, whole_in_seconds: 59, retry_in_seconds: Some(19) });
    assert_eq!(take(20), Left { times: 0, whole_in_seconds: 60, retry_in_seconds: None });
    assert_eq!(take(1_000), Left { times: 2, whole_in_seconds: 20, retry_in_seconds: None });
}

#[test]
fn limits_are_read_as_they_are_written() {
    let limit = |text: &str| text.parse::<Limit>();
    assert_eq!(limit("20/s"), Ok(Limit { period: SECOND, most: 20 }));
    assert_eq!(limit(" 600/min "), Ok(Limit { period: 60 * SECOND, most: 600 }));
    assert_eq!(limit("1000000/h"), Ok(Limit { period: 3_600 * SECOND, most: 1_000_000 }));
    for bad in ["", "20", "20/d", "0/s", "-1/s", "1000001/s", "x/min", "1/1/s"] {
        assert!(limit(bad).is_err(), "{bad}");
    }
}

proptest! {
    /// In no stretch of time is anybody let more often than at once and by the rate together.
    #[test]
    fn nobody_is_let_more_often_than_the_limit_says(
        most in 1i64..50,
        gaps in prop::collection::vec(0i64..5_000_000, 1..300),
    ) {
        let limit = Limit { period: 60 * SECOND, most };
        let allowances = Allowances::new([limit]);
        let (mut now, mut let_in) = (0, vec![]);
        for gap in gaps {
            now += gap;
            let [left] = allowances.take((), at_micros(now));
            prop_assert!((0..=most).contains(&left.times), "{:?}", left);
            if left.retry_in_seconds.is_none() {
                let_in.push(now);
            }
        }
        for (from, begin) in let_in.iter().enumerate() {
            for (to, end) in let_in.iter().enumerate().skip(from) {
                let count = i64::try_from(to - from + 1).unwrap();
                prop_assert!(count <= most + (end - begin) / limit.each() + 1);
            }
        }
    }

    #[test]
    fn whoever_waits_as_long_as_told_is_let(most in 1i64..50, asks in 1usize..200) {
        let allowances = Allowances::new([Limit { period: 60 * SECOND, most }]);
        let mut now = 0;
        for _ in 0..asks {
            let [left] = allowances.take((), at_micros(now));
            if let Some(seconds) = left.retry_in_seconds {
                now += i64::from(seconds) * SECOND;
                prop_assert_eq!(allowances.take((), at_micros(now))[0].retry_in_seconds, None);
            }
        }
    }
}

#[test]
fn not_more_are_remembered_than_there_is_room_for() {
    let allowances = Allowances::new([Limit { period: SECOND, most: 1 }]);
    for who in 0..MOST + 10 {
        allowances.take(who, at_micros(0));
    }
    assert!(allowances.whole_at.lock().unwrap().len() <= MOST);
}
