use proptest::prelude::*;
use values::Quantity;

use crate::code;

fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

#[test]
fn it_is_written_as_kubernetes_writes_it() {
    for (text, canonical) in [
        ("0", "0"),
        ("0Gi", "0"),
        ("0.0e3", "0"),
        ("+1", "1"),
        ("1.", "1"),
        (".5", "500m"),
        ("0.5", "500m"),
        ("1000m", "1"),
        ("1500m", "1500m"),
        ("100", "100"),
        ("1000", "1k"),
        ("1024", "1024"),
        ("1024Mi", "1Gi"),
        ("1536Mi", "1536Mi"),
        ("1.5Gi", "1536Mi"),
        ("0.5Ki", "512"),
        ("1Ki", "1Ki"),
        ("1000Ki", "1000Ki"),
        ("0.1Ki", "102400m"),
        ("1.0005Ki", "1024512m"),
        ("64Gi", "64Gi"),
        ("1e3", "1e3"),
        ("1E3", "1e3"),
        ("1E", "1E"),
        ("1000e0", "1e3"),
        ("5e4", "50e3"),
        ("5e0", "5"),
        ("0.5e0", "500e-3"),
        ("1e-9", "1e-9"),
        ("12e-1", "1200e-3"),
        ("1n", "1n"),
        ("1000000n", "1m"),
        ("0.001u", "1n"),
        ("1100u", "1100u"),
        ("123456789.123456789", "123456789123456789n"),
        ("7Ei", "7Ei"),
        ("9E", "9E"),
        ("9223372036854775807", "9223372036854775807"),
        ("00012", "12"),
        ("0e99999999999999999999", "0"),
        ("1e+3", "1e3"),
        ("1e0003", "1e3"),
        ("1000000000000000000000e-3", "1e18"),
    ] {
        assert_eq!(quantity(text).to_string(), canonical, "{text}");
    }
}

#[test]
fn what_is_no_quantity_is_refused() {
    for text in [
        "", ".", "+", "m", "Gi", "1 Gi", " 1", "1\n", "1gi", "1K", "1g", "1KI", "1mm", "1e", "1e+", "1e1.5",
        "1ee3", "1.2.3", "1,5", "++1", "0x10", "1Zi", "1i", "NaN", "inf", "१", "1Gib", "1e3Gi", "1-", "1é",
    ] {
        assert_eq!(code(Quantity::parse(text)), "invalid_quantity", "{text}");
    }
    for text in [
        "-1",
        "-0",
        "-",
        "9223372036854775808",
        "8Ei",
        "10E",
        "1e19",
        "1e38",
        "1e9999",
        "1e99999999999999999999",
        "0.1n",
        "1e-10",
        "1e-99999999999999999999",
        "0.0000000001",
        "0.0000000001Ki",
        "99999999999999999999999999999999999999999",
    ] {
        assert_eq!(code(Quantity::parse(text)), "out_of_range", "{text}");
    }
    assert_eq!(code(Quantity::parse(&"1".repeat(65))), "too_long");
}

#[test]
fn it_is_compared_by_value() {
    assert_eq!(quantity("1Gi"), quantity("1073741824"));
    assert_eq!(quantity("0.5"), quantity("500m"));
    assert!(quantity("1G") < quantity("1Gi"));
    assert!(quantity("999m") < quantity("1"));
    assert_eq!(Quantity::from_units(500), quantity("500"));
    assert_eq!(quantity("1n").as_nanos(), 1);
}

#[test]
fn sums_and_differences_stay_in_range() {
    let sum = quantity("1Gi").checked_add(quantity("1024Mi")).unwrap();
    assert_eq!(sum.to_string(), "2Gi");
    assert_eq!(Quantity::ZERO.checked_add(quantity("1Gi")).unwrap().to_string(), "1Gi");
    assert_eq!(quantity("2").checked_sub(quantity("500m")).unwrap().to_string(), "1500m");
    assert_eq!(quantity("1").checked_sub(quantity("1001m")), None);
    assert!(quantity("1").checked_sub(quantity("1000m")).unwrap().is_zero());
    assert_eq!(Quantity::MAX.checked_add(quantity("1n")), None);
}

#[test]
fn json_echoes_the_canonical_form() {
    let read: Quantity = serde_json::from_str("\"1024Mi\"").unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), "\"1Gi\"");
    assert!(serde_json::from_str::<Quantity>("4").is_err());
}

fn suffix() -> impl Strategy<Value = (&'static str, i128, i128)> {
    // Suffix, and what it multiplies the value in nano-units by, as a fraction.
    prop::sample::select(vec![
        ("n", 1, 1_000_000_000),
        ("u", 1, 1_000_000),
        ("m", 1, 1_000),
        ("", 1, 1),
        ("k", 1_000, 1),
        ("M", 1_000_000, 1),
        ("G", 1_000_000_000, 1),
        ("Ki", 1 << 10, 1),
        ("Mi", 1 << 20, 1),
        ("Gi", 1 << 30, 1),
        ("Ti", 1 << 40, 1),
        ("e-3", 1, 1_000),
        ("e0", 1, 1),
        ("e1", 10, 1),
        ("E5", 100_000, 1),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn the_value_is_exact(number in 0..10_000_000_i128, places in 0..4_u32, (suffix, up, down) in suffix()) {
        let ten = 10_i128.pow(places);
        let places = places as usize;
        let text = format!("{}.{:0places$}{suffix}", number / ten, number % ten);
        let (nano, rest) = (number * 1_000_000_000 * up / (ten * down), number * 1_000_000_000 * up % (ten * down));
        let read = Quantity::parse(&text).ok().map(Quantity::as_nanos);
        let expected = (rest == 0 && nano <= Quantity::MAX.as_nanos()).then_some(nano);
        prop_assert_eq!(read, expected, "{}", text);
    }

    #[test]
    fn the_canonical_form_has_the_same_value_and_is_its_own(
        number in 0..=9_223_372_036_854_775_807_i64, shift in 0..63_u32, fraction in "(\\.[0-9]{1,6})?", (suffix, ..) in suffix(),
    ) {
        let text = format!("{}{fraction}{suffix}", number >> shift);
        if let Ok(quantity) = Quantity::parse(&text) {
            let canonical = quantity.to_string();
            let again = Quantity::parse(&canonical).unwrap();
            prop_assert_eq!(again, quantity, "{} {}", text, canonical);
            prop_assert_eq!(again.to_string(), canonical.clone());
            prop_assert!(!canonical.contains('.'));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "[0-9.eE+numkMGTPi-]{0,70}", any in "\\PC{0,20}") {
        let _ = Quantity::parse(&text);
        let _ = Quantity::parse(&any);
    }

    #[test]
    fn adding_and_taking_away_again_changes_nothing(one in 0..u32::MAX, other in 0..u32::MAX) {
        let (one, other) = (quantity(&format!("{one}m")), quantity(&format!("{other}Ki")));
        let sum = one.checked_add(other).unwrap();
        prop_assert_eq!(sum, other.checked_add(one).unwrap());
        prop_assert_eq!(sum.checked_sub(other).unwrap(), one);
    }
}
