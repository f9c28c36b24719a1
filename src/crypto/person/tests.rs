use super::*;
use proptest::prelude::*;

const PERSON: Uuid = Uuid::from_u128(0x0193_e5a0_4444_7000_8000_0000_0000_0004);
const OTHER: Uuid = Uuid::from_u128(0x0193_e5a0_5555_7000_8000_0000_0000_0005);

/// Sealed values are compared and hashed for ever: the same key and text must always give the same bytes.
/// The expected value was computed by another implementation.
#[test]
fn the_sealed_form_is_frozen() {
    let key = PersonKey::from_material(Zeroizing::new([7; KEY_BYTES]));
    let sealed = key.seal(PERSON, "ada@acme.test");
    assert_eq!(
        sealed.as_str(),
        "\u{1}s1.0193e5a0-4444-7000-8000-000000000004.wpURM07EkGn82C8ZmwuQADIKxQfA7rIFMA2YbCWf9nVT7R2pxumV1mB_tfI"
    );
    assert_eq!(key.open(&sealed), Ok("ada@acme.test".into()));
}

#[test]
fn equal_texts_seal_equally_within_a_person_only() {
    let random = Random::seeded(1);
    let (key, other) = (PersonKey::generate(&random), PersonKey::generate(&random));
    let sealed = key.seal(PERSON, "ada@acme.test");
    assert_eq!(sealed, key.seal(PERSON, "ada@acme.test"));
    assert_ne!(sealed, key.seal(PERSON, "adb@acme.test"));
    let payload = |sealed: &Sealed| URL_SAFE_NO_PAD.decode(sealed.payload()).unwrap();
    assert_ne!(payload(&sealed)[..28], payload(&other.seal(OTHER, "ada@acme.test"))[..28]);
}

#[test]
fn every_flipped_bit_is_refused() {
    let random = Random::seeded(1);
    let key = PersonKey::generate(&random);
    let sealed = key.seal(PERSON, "Ada");
    let bytes = URL_SAFE_NO_PAD.decode(sealed.payload()).unwrap();
    let with = |person, bytes: &[u8]| Sealed::assemble(person, &URL_SAFE_NO_PAD.encode(bytes)).unwrap();
    assert_eq!(key.open(&with(PERSON, &bytes)), Ok("Ada".into()));
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            assert_eq!(key.open(&with(PERSON, &changed)), Err(DoesNotOpen));
        }
    }
    assert_eq!(key.open(&with(OTHER, &bytes)), Err(DoesNotOpen), "said to be of another person");
    assert_eq!(PersonKey::generate(&random).open(&sealed), Err(DoesNotOpen), "another key");
    assert_eq!(key.open(&with(PERSON, &bytes[..28])), Err(DoesNotOpen), "cut off");
}

#[test]
fn a_text_sealed_with_a_nonce_of_choice_is_refused() {
    let key = PersonKey::generate(&Random::seeded(1));
    let mut data = b"Ada".to_vec();
    pad(&mut data);
    let nonce = [9; NONCE_BYTES];
    gcm_seal(&key.encryption, nonce, &seal_aad(PERSON), &mut data);
    let payload = URL_SAFE_NO_PAD.encode([nonce.as_slice(), &data].concat());
    assert_eq!(key.open(&Sealed::assemble(PERSON, &payload).unwrap()), Err(DoesNotOpen));
}

#[test]
fn a_wrapped_key_opens_for_its_person_only() {
    let random = Random::seeded(1);
    let keyring = Keyring::ephemeral(&random);
    let key = PersonKey::generate(&random);
    let wrapped = key.wrap(&keyring, &random, PERSON);
    assert_eq!(wrapped.bytes.len(), 76);
    let again = PersonKey::unwrap(&keyring, PERSON, &wrapped).unwrap();
    assert_eq!(again.open(&key.seal(PERSON, "Ada")), Ok("Ada".into()));
    assert!(PersonKey::unwrap(&keyring, OTHER, &wrapped).is_err());
    assert!(PersonKey::unwrap(&Keyring::ephemeral(&random), PERSON, &wrapped).is_err());
    for at in 0..wrapped.bytes.len() {
        let mut changed = wrapped.clone();
        changed.bytes[at] ^= 1;
        assert!(PersonKey::unwrap(&keyring, PERSON, &changed).is_err());
    }
    let moved = WrappedKey { wrapping_version: 2, ..wrapped };
    assert!(PersonKey::unwrap(&keyring, PERSON, &moved).is_err());
}

#[test]
fn lengths_show_in_blocks_only() {
    let key = PersonKey::generate(&Random::seeded(1));
    let length = |text: &str| key.seal(PERSON, text).as_str().len();
    assert_eq!(length(""), length("fifteen letters"));
    assert!(length("sixteen letters!") > length(""));
    assert_eq!(unpad(&[0; 16]), None);
    assert_eq!(unpad(b"no padding here."), None);
}

#[test]
fn debug_shows_neither_key_nor_text() {
    let random = Random::seeded(1);
    let key = PersonKey::generate(&random);
    let wrapped = key.wrap(&Keyring::ephemeral(&random), &random, PERSON);
    assert_eq!(format!("{key:?}"), "PersonKey(…)");
    assert_eq!(format!("{wrapped:?}"), "WrappedKey { wrapping_version: 1, .. }");
}

proptest! {
    #[test]
    fn any_text_comes_back(text: String, person: u128, seed: u64) {
        let person = Uuid::from_u128(person);
        let key = PersonKey::generate(&Random::seeded(seed));
        let sealed = key.seal(person, &text);
        prop_assert_eq!(sealed.person(), person);
        prop_assert_eq!(&Sealed::parse(sealed.as_str()).unwrap(), &sealed);
        prop_assert_eq!(key.open(&sealed), Ok(text));
    }
}
