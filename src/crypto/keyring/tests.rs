use super::*;
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

/// A directory of its own, removed at the end.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Self {
        let name = format!("quarterdeck-keyring-{}", crate::crypto::hex(&Random::system().bytes::<8>()));
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("keyring.json")
    }

    /// A keyring file with this content.
    fn holding(content: &Value) -> Self {
        let directory = Self::new();
        fs::write(directory.file(), content.to_string()).unwrap();
        fs::set_permissions(directory.file(), fs::Permissions::from_mode(0o600)).unwrap();
        directory
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn key(byte: u8) -> String {
    base64::engine::general_purpose::STANDARD.encode([byte; 32])
}

fn content() -> Value {
    let signing = Random::seeded(1).ed25519_pkcs8();
    let signing = base64::engine::general_purpose::STANDARD.encode(signing.as_slice());
    json!({
        "formatVersion": 1,
        "keyringId": "0193e5a0-1111-7000-8000-000000000001",
        "pepper": [{"version": 1, "key": key(1)}],
        "wrapping": [{"version": 1, "key": key(2)}],
        "lookup": [{"version": 1, "key": key(3)}],
        "signing": [{"version": 1, "key": signing}],
    })
}

fn load(content: &Value) -> Result<Keyring, KeyringError> {
    Keyring::load(&Directory::holding(content).file())
}

#[test]
fn a_created_keyring_is_private_and_loads_again() {
    let directory = Directory::new();
    let path = directory.file();
    assert!(matches!(Keyring::load(&path), Err(KeyringError::Missing(_))));
    let created = Keyring::load_or_create(&path, &Random::system()).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(&directory.0).unwrap().count(), 1, "nothing is left beside it");
    let loaded = Keyring::load_or_create(&path, &Random::system()).unwrap();
    assert_eq!(loaded.fingerprint(), created.fingerprint());
    assert!(matches!(Keyring::create(&path, &Random::system()), Err(KeyringError::AlreadyThere(_))));
    assert_eq!(Keyring::load(&path).unwrap().fingerprint(), created.fingerprint(), "it was not replaced");
    assert_eq!(fs::read_dir(&directory.0).unwrap().count(), 1);
}

#[test]
fn processes_that_start_together_agree_on_one_keyring() {
    let directory = Directory::new();
    let path = directory.file();
    let prints: Vec<_> = std::thread::scope(|scope| {
        let start =
            || Keyring::load_or_create(&path, &Random::system()).map(|keyring| keyring.fingerprint().clone());
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(start)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap().unwrap()).collect()
    });
    assert!(prints.iter().all(|print| *print == prints[0]));
}

#[test]
fn a_keyring_that_others_may_read_is_refused() {
    let directory = Directory::holding(&content());
    for mode in [0o640, 0o604, 0o620, 0o666, 0o601] {
        fs::set_permissions(directory.file(), fs::Permissions::from_mode(mode)).unwrap();
        let refusal = Keyring::load(&directory.file()).unwrap_err().to_string();
        assert!(refusal.contains(&format!("chmod 600 {}", directory.file().display())), "{refusal}");
        assert!(refusal.contains(&format!("{mode:04o}")), "{refusal}");
    }
    fs::set_permissions(directory.file(), fs::Permissions::from_mode(0o400)).unwrap();
    assert!(Keyring::load(&directory.file()).is_ok());
}

#[test]
fn what_is_not_a_keyring_is_refused_without_quoting_it() {
    let change = |pointer: &str, value: Value| {
        let mut content = content();
        *content.pointer_mut(pointer).unwrap() = value;
        content
    };
    let canary = "canarycanarycanary";
    let mut unknown = content();
    unknown["extra"] = json!(canary);
    let twice = json!([{"version": 1, "key": key(1)}, {"version": 1, "key": key(2)}]);
    for bad in [
        unknown,
        change("/formatVersion", json!(2)),
        change("/formatVersion", json!(canary)),
        change("/keyringId", json!(canary)),
        change("/pepper", json!([])),
        change("/pepper", twice),
        change("/pepper", json!(canary)),
        change("/pepper/0/version", json!(0)),
        change("/pepper/0/version", json!(canary)),
        change("/wrapping/0/key", json!("AAAA")),
        change("/wrapping/0/key", json!(canary)),
        change("/wrapping/0/key", json!("!")),
        change("/signing/0/key", json!(key(4))),
        json!(canary),
        json!([]),
    ] {
        let refusal = load(&bad).unwrap_err();
        assert!(matches!(refusal, KeyringError::Malformed { .. }), "{refusal:?}");
        assert!(!format!("{refusal} {refusal:?}").contains(canary), "{refusal:?}");
    }
    let directory = Directory::new();
    assert!(matches!(Keyring::load(&directory.0), Err(KeyringError::Malformed { .. })), "a directory");
}

#[test]
fn after_a_rotation_new_things_are_made_under_the_newest_key_and_old_ones_open() {
    let random = Random::seeded(2);
    let before = load(&content()).unwrap();
    let mut rotated = content();
    for (purpose, byte) in [("pepper", 11), ("wrapping", 12), ("lookup", 13)] {
        // Not in order: the highest number is the newest.
        rotated[purpose].as_array_mut().unwrap().insert(0, json!({"version": 3, "key": key(byte)}));
    }
    let after = load(&rotated).unwrap();
    let (_, secret) = crate::crypto::issue_key(&random);
    let old = before.verifier_of(&secret);
    assert_eq!((old.pepper_version, after.verifier_of(&secret).pepper_version), (1, 3));
    assert!(after.verify(&secret, &old));
    assert!(!before.verify(&secret, &after.verifier_of(&secret)));
    let token = before.seal_token(&random, "page", b"x");
    assert_eq!(after.open_token("page", &token), Some(b"x".to_vec()));
    assert_eq!(before.open_token("page", &after.seal_token(&random, "page", b"x")), None);
    let hashes = after.lookup_hashes("email", "a@b.test");
    assert_eq!(hashes, [after.lookup_hash("email", "a@b.test"), before.lookup_hash("email", "a@b.test")]);
    assert_ne!(hashes[0], hashes[1]);
    assert_eq!(after.check(before.fingerprint()), Ok(()));
    assert_eq!(before.check(after.fingerprint()), Err(Misfit::MissingKey("lookup/3".into())));
}

#[test]
fn a_keyring_of_another_installation_does_not_fit() {
    let keyring = load(&content()).unwrap();
    let stored: Fingerprint = keyring.fingerprint().to_string().parse().unwrap();
    assert_eq!(keyring.check(&stored), Ok(()));
    let other = Keyring::ephemeral(&Random::seeded(1));
    assert!(matches!(other.check(&stored), Err(Misfit::OtherKeyring { .. })));
    let mut replaced = content();
    replaced["lookup"][0]["key"] = json!(key(9));
    assert_eq!(load(&replaced).unwrap().check(&stored), Err(Misfit::DifferentKey("lookup/1".into())));
}

/// What is derived from given keys must never change: everything stored rests on it. The expected values were
/// computed by another implementation.
#[test]
fn derivations_are_frozen() {
    let keyring = load(&content()).unwrap();
    let secret = values::KeySecret::assemble(&values::AccessKeyId::from_bytes([7; 10]), &[8; 32]);
    assert_eq!(
        crate::crypto::hex(&keyring.verifier_of(&secret).hmac),
        "7a1d7a65f4e78a7145c4924843ed7da8fa19e41929600aca2951ef6e997a10e6"
    );
    assert_eq!(keyring.lookup_hash("email", "ada@acme.test"), "O06pYQOPVKFzjpUyc9Oe6Ip4mOLo1cbifFBqm4bTnv0");
    let random = Random::seeded(5);
    assert_eq!(
        keyring.seal_token(&random, "page", b"17"),
        "AAAAAeEYS6V69DlHmiImL7xqv3K9dlOP7TRv8_nxPq3Yxhrhy7C3BmPn_nMIZzhACjs"
    );
    assert_eq!(
        crate::crypto::hex(&crate::crypto::sha256(keyring.fingerprint().to_string().as_bytes())),
        "2bd5c5791634683d7b7c2a4338f4b147537a344b5f907f6a8bef88d33dd04278"
    );
}

#[test]
fn debug_and_fingerprint_show_no_key() {
    let content = content();
    let keyring = load(&content).unwrap();
    let shown = format!("{keyring:?} {} {:?}", keyring.fingerprint(), keyring.fingerprint());
    for purpose in ["pepper", "wrapping", "lookup", "signing"] {
        assert!(!shown.contains(content[purpose][0]["key"].as_str().unwrap().trim_end_matches('=')));
    }
    assert!(format!("{keyring:?}").contains(&keyring.id().to_string()));
}
