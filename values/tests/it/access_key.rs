use proptest::prelude::*;
use values::{AccessKeyId, KeySecret};

use crate::code;

const BASE62: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

fn secret() -> impl Strategy<Value = (AccessKeyId, KeySecret)> {
    (any::<[u8; 10]>(), any::<[u8; 32]>()).prop_map(|(id, random)| {
        let id = AccessKeyId::from_bytes(id);
        let secret = KeySecret::assemble(&id, &random);
        (id, secret)
    })
}

#[test]
fn an_id_is_16_symbols_of_crockford() {
    assert_eq!(AccessKeyId::from_bytes([0; 10]).as_str(), "QDAK0000000000000000");
    assert_eq!(AccessKeyId::from_bytes([0xFF; 10]).as_str(), "QDAKZZZZZZZZZZZZZZZZ");
    assert_eq!(AccessKeyId::from_bytes([0, 0, 0, 0, 0, 0, 0, 0, 0, 33]).as_str(), "QDAK0000000000000011");
    for text in [
        "",
        "QDAK",
        "QDAK000000000000000",
        "QDAK00000000000000000",
        "qdak0000000000000000",
        "QDAK000000000000000a",
        "QDAK000000000000000I",
        "QDAK000000000000000L",
        "QDAK000000000000000O",
        "QDAK000000000000000U",
        "QDAK00000000000000é",
        "QDAK0000000000000000\n",
    ] {
        assert_eq!(code(AccessKeyId::parse(text)), "invalid_access_key_id", "{text:?}");
    }
}

#[test]
fn a_secret_is_made_as_it_always_was() {
    let id = AccessKeyId::from_bytes([1; 10]);
    let secret = KeySecret::assemble(&id, &[0; 32]);
    let before = format!("qdsk_{}_{}", id.symbols(), "0".repeat(43));
    assert!(secret.expose().starts_with(&before));
    assert_eq!(secret.expose().len(), 71);
    // Golden: check digits from `zlib.crc32`.
    assert_eq!(secret.expose(), "qdsk_040G2081040G2081_00000000000000000000000000000000000000000003BczLZ");
    let most = KeySecret::assemble(&AccessKeyId::from_bytes([0xFF; 10]), &[0xFF; 32]);
    assert_eq!(most.expose(), "qdsk_ZZZZZZZZZZZZZZZZ_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp13FbbZk");
}

#[test]
fn a_secret_is_never_shown_by_accident() {
    let secret = KeySecret::assemble(&AccessKeyId::from_bytes([7; 10]), &[9; 32]);
    assert_eq!(format!("{secret:?} {:?}", Some(&secret)), "KeySecret(…) Some(KeySecret(…))");
    let refusal = KeySecret::parse(&secret.expose()[..70]).unwrap_err();
    assert!(!refusal.detail.contains("qdsk_"));
}

#[test]
fn what_is_no_secret_is_refused() {
    for text in
        ["", "qdsk_", "secret", "QDAK0000000000000000", &"é".repeat(40), &"_".repeat(71), &"x".repeat(1_000)]
    {
        assert_eq!(code(KeySecret::parse(text)), "invalid_secret", "{text:?}");
    }
}

proptest! {
    #[test]
    fn a_secret_is_read_back_and_names_its_key((id, secret) in secret()) {
        let read = KeySecret::parse(secret.expose()).unwrap();
        prop_assert_eq!(read.expose(), secret.expose());
        prop_assert_eq!(&read.access_key_id(), &id);
        prop_assert_eq!(AccessKeyId::parse(id.as_str()).unwrap(), id);
    }

    #[test]
    fn one_wrong_character_is_noticed((_, secret) in secret(), at in 0..71_usize, digit in 0..62_usize) {
        let wrong = &BASE62[digit..=digit];
        let mut text = secret.expose().to_owned();
        prop_assume!(&text[at..=at] != wrong);
        text.replace_range(at..=at, wrong);
        prop_assert_eq!(code(KeySecret::parse(&text)), "invalid_secret");
    }

    #[test]
    fn a_cut_or_lengthened_secret_is_refused((_, secret) in secret(), at in 0..71_usize) {
        let text = secret.expose();
        prop_assert!(KeySecret::parse(&text[..at]).is_err());
        prop_assert!(KeySecret::parse(&text[at..]).is_err() || at == 0);
        for text in [format!("{text}0"), format!(" {text}")] {
            prop_assert!(KeySecret::parse(&text).is_err());
        }
    }

    #[test]
    fn the_random_digits_are_the_number(random in any::<[u8; 32]>()) {
        let secret = KeySecret::assemble(&AccessKeyId::from_bytes([0; 10]), &random);
        let mut number = [0_u8; 33];
        for char in secret.expose()[22..65].chars() {
            let mut carry = BASE62.find(char).unwrap();
            for byte in number.iter_mut().rev() {
                carry += usize::from(*byte) * 62;
                *byte = u8::try_from(carry & 255).unwrap();
                carry >>= 8;
            }
        }
        prop_assert_eq!(number[0], 0);
        prop_assert_eq!(&number[1..], &random[..]);
    }

    #[test]
    fn the_symbols_of_an_id_are_its_bits(bytes in any::<[u8; 10]>()) {
        let bit = |at: usize| usize::from(bytes[at / 8] >> (7 - at % 8) & 1);
        let expected: String = (0..16)
            .map(|symbol| (0..5).fold(0, |value, at| value * 2 + bit(symbol * 5 + at)))
            .map(|value| char::from(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[value]))
            .collect();
        let id = AccessKeyId::from_bytes(bytes);
        prop_assert_eq!(id.symbols(), expected);
    }
}
