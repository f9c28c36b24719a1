use proptest::prelude::*;
use values::Timestamp;

use crate::code;

const LAST: i64 = 253_402_300_799_999_999;

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

#[test]
fn it_is_written_in_utc_with_six_digits() {
    for (micros, text) in [
        (0, "1970-01-01T00:00:00.000000Z"),
        (1, "1970-01-01T00:00:00.000001Z"),
        (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
        (1_763_890_200_123_456, "2025-11-23T09:30:00.123456Z"),
        (4_107_542_399_999_999, "2100-02-28T23:59:59.999999Z"),
        (LAST, "9999-12-31T23:59:59.999999Z"),
    ] {
        let time = Timestamp::from_micros(micros).unwrap();
        assert_eq!(time.to_string(), text);
        assert_eq!(Timestamp::parse(text), Ok(time));
        assert_eq!(serde_json::to_string(&time).unwrap(), format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<Timestamp>(&format!("\"{text}\"")).unwrap(), time);
    }
}

#[test]
fn any_offset_and_up_to_nine_digits_are_read_and_cut_off() {
    for (text, same) in [
        ("2026-11-23T09:30:00Z", "2026-11-23T09:30:00.000000Z"),
        ("2026-11-23t09:30:00z", "2026-11-23T09:30:00.000000Z"),
        ("2026-11-23T09:30:00.5Z", "2026-11-23T09:30:00.500000Z"),
        ("2026-11-23T09:30:00.123456999Z", "2026-11-23T09:30:00.123456Z"),
        ("2026-11-23T23:59:59.999999999Z", "2026-11-23T23:59:59.999999Z"),
        ("2026-11-23T09:30:00+05:30", "2026-11-23T04:00:00.000000Z"),
        ("2026-01-01T00:30:00.1+01:00", "2025-12-31T23:30:00.100000Z"),
        ("2026-12-31T23:30:00-23:59", "2027-01-01T23:29:00.000000Z"),
        ("2026-11-23T09:30:00-00:00", "2026-11-23T09:30:00.000000Z"),
        ("1969-12-31T23:00:00-01:00", "1970-01-01T00:00:00.000000Z"),
    ] {
        assert_eq!(time(text).to_string(), same, "{text}");
    }
}

#[test]
fn what_is_not_rfc_3339_is_refused() {
    for text in [
        "",
        "2026-11-23",
        "2026-11-23T09:30Z",
        "2026-11-23 09:30:00Z",
        "2026-11-23T09:30:00",
        "2026-11-23T09:30:00.Z",
        "2026-11-23T09:30:00.1234567890Z",
        "2026-11-23T09:30:00,5Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T09:60:00Z",
        "2016-12-31T23:59:60Z",
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-11-00T00:00:00Z",
        "2026-11-23T09:30:00+0100",
        "2026-11-23T09:30:00+24:00",
        "2026-11-23T09:30:00+01:60",
        "2026-11-23T09:30:00Z ",
        "+2026-11-23T09:30:00Z",
        "26-11-23T09:30:00Z",
        "2026-11-23T09:30:00Z[UTC]",
        "2026-11-23T09:30:00−01:00",
        "２026-11-23T09:30:00Z",
        "2026-11-2+T09:30:00Z",
        "1763890200",
    ] {
        assert_eq!(code(Timestamp::parse(text)), "invalid_timestamp", "{text}");
    }
}

#[test]
fn it_lies_in_1970_to_9999() {
    for text in [
        "1969-12-31T23:59:59.999999Z",
        "1970-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "0000-01-01T00:00:00Z",
    ] {
        assert_eq!(code(Timestamp::parse(text)), "out_of_range", "{text}");
    }
    for micros in [-1, LAST + 1, i64::MIN, i64::MAX] {
        assert_eq!(code(Timestamp::from_micros(micros)), "out_of_range");
    }
}

#[test]
fn arithmetic_stays_in_range() {
    let start = time("2026-11-23T09:30:00Z");
    assert_eq!(start.plus_hours(24).to_string(), "2026-11-24T09:30:00.000000Z");
    assert_eq!(start.plus_micros(-1).to_string(), "2026-11-23T09:29:59.999999Z");
    assert_eq!(start.plus_hours(u32::MAX), Timestamp::MAX);
    assert_eq!(start.plus_micros(i64::MAX), Timestamp::MAX);
    assert_eq!(start.plus_micros(i64::MIN), Timestamp::MIN);
    assert_eq!(Timestamp::MIN.since(Timestamp::MAX), -LAST);
    assert_eq!(start.plus_hours(1).since(start), 3_600_000_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn it_is_written_and_read_as_jiff_does(micros in 0..=LAST) {
        let ours = Timestamp::from_micros(micros).unwrap();
        let theirs = jiff::Timestamp::from_microsecond(micros).unwrap();
        prop_assert_eq!(ours.to_string(), format!("{theirs:.6}"));
        prop_assert_eq!(Timestamp::parse(&ours.to_string()).unwrap().as_micros(), micros);
    }

    #[test]
    fn any_offset_is_read_as_jiff_does(
        year in 1971..9999, month in 1..=13, day in 0..=32, hour in 0..=24, minute in 0..60, nanos in 0..1_000_000_000,
        sign in "[+-]", offset_hour in 0..24, offset_minute in 0..60,
    ) {
        let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:59.{nanos:09}{sign}{offset_hour:02}:{offset_minute:02}");
        let theirs = text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_microsecond);
        prop_assert_eq!(Timestamp::parse(&text).ok().map(Timestamp::as_micros), theirs);
    }

    #[test]
    fn texts_sort_as_times_do(one in 0..=LAST, other in 0..=LAST) {
        let (one, other) = (Timestamp::from_micros(one).unwrap(), Timestamp::from_micros(other).unwrap());
        prop_assert_eq!(one.cmp(&other), one.text().as_str().cmp(other.text().as_str()));
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,40}", near in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.+Zz-]{0,24}") {
        let _ = Timestamp::parse(&text);
        let _ = Timestamp::parse(&near);
    }
}
