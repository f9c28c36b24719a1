//! Canaries: secrets and personal data are planted, used in every way there is, and looked for wherever they must not be.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use testing::{Client, Contract, Log, Service};

/// What is personal: as it is sent, and nowhere kept in clear.
const FIRST_NAME: &str = "Canaryfirst";
const LAST_NAME: &str = "Canarylast";
const EMAIL: &str = "canary.person@mine.test";
const PHONE: &str = "+44 20 7946 0958";
const REASON: &str = "canary reason in words";
const USER_AGENT: &str = "canary-agent/7.3";
const PERSONAL: [(&str, &str); 6] = [
    ("a first name", FIRST_NAME),
    ("a last name", LAST_NAME),
    ("an e-mail address", EMAIL),
    ("a telephone number", PHONE),
    ("a reason", REASON),
    ("a user agent", USER_AGENT),
];

/// The forms in which bytes may be hiding: in clear, in hexadecimal, and in base64 at each of its three offsets.
fn forms(bytes: &[u8]) -> Vec<String> {
    let hex = bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let mut forms = vec![hex.to_uppercase(), hex];
    forms.extend(String::from_utf8(bytes.to_vec()).ok().filter(|text| !text.contains(char::is_control)));
    for offset in 0..3_usize {
        let mut padded = vec![0; offset];
        padded.extend_from_slice(bytes);
        for engine in [STANDARD_NO_PAD, URL_SAFE_NO_PAD] {
            // What stands at the edges depends on the neighbours.
            let text = engine.encode(&padded);
            let start = (offset * 8).div_ceil(6);
            forms.push(text[start..text.len() - 2].to_owned());
        }
    }
    forms
}

fn must_not_hold(place: &str, text: &str, what: &str, bytes: &[u8]) {
    for form in forms(bytes) {
        if let Some(at) = text.find(&form) {
            let from = text[..at].rfind('\n').map_or(0, |line| line + 1);
            let line: String = text[from..].lines().next().unwrap_or_default().chars().take(300).collect();
            panic!("{what} is in {place} as {form}: {line}");
        }
    }
}

/// What came back, and the secrets that were shown in it, each in one reply.
#[derive(Default)]
struct Seen {
    replies: Vec<String>,
    secrets: Vec<String>,
}

/// Adds a person as a user and issues it keys, in every way that shows a secret.
async fn let_somebody_in(operator: &Client, org: &str, seen: &mut Seen) {
    let spec =
        json!({ "email": EMAIL, "firstName": FIRST_NAME, "lastName": LAST_NAME, "roles": ["ORG_ADMIN"] });
    let user = operator.post(&format!("{org}/users"), json!({ "spec": spec })).await.is(201);
    let keys = format!("{org}/users/{EMAIL}/api-keys");
    let body = json!({ "metadata": { "name": "canary" } });
    let issued = operator.post(&keys, body.clone()).key("issue").await.is(201);
    let again = operator.post(&keys, body).key("issue").await.is(201);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.json["status"]["secret"], Value::Null, "a secret is never replayed");
    seen.secrets.push(issued.json["status"]["secret"].as_str().unwrap().to_owned());
    let key = format!("{org}/api-keys/{}", issued.id());
    seen.replies.extend([user, again, operator.get(&key).await.is(200)].map(|reply| reply.json.to_string()));
    let revoked = operator.post(&format!("{key}/revoke"), json!({ "reason": REASON })).await.is(200);
    seen.replies.push(revoked.json.to_string());
    let removed = operator.post(&format!("{org}/users/{EMAIL}/remove"), json!({ "reason": REASON })).await;
    seen.replies.push(removed.json.to_string());
}

/// Everything that can be done with a credential and a person.
async fn live(service: &Service) -> Seen {
    let operator =
        service.operator().with_header("user-agent", USER_AGENT).with_header("x-change-reason", REASON);
    let person = json!({ "firstName": FIRST_NAME, "lastName": LAST_NAME, "email": EMAIL, "phone": PHONE });
    let body = json!({ "metadata": { "name": "acme" }, "spec": { "contact": person } });
    let made = operator.post("/v1/orgs", body.clone()).key("canary").await.is(201);
    let again = operator.post("/v1/orgs", body.clone()).key("canary").await.is(201);
    assert_eq!(again.json["spec"]["contact"]["email"], EMAIL, "who may see it sees it");
    let org = format!("/v1/orgs/{}", made.id());
    let _ = operator.post("/v1/orgs?dryRun=true", body.clone()).await.is_problem(409, "name_taken");
    let _ = operator.post(&format!("{org}/deactivate"), json!({ "reason": REASON })).await.is(200);
    let _ = operator.patch(&org, &json!({ "spec": { "contact": { "lastName": LAST_NAME } } })).await.is(200);
    let _ = operator.get(&format!("/v1/orgs?q={LAST_NAME}")).await.is(200);
    let _ = operator.get(&format!("/v1/orgs/{EMAIL}")).await.is_problem(404, "not_found");
    present_badly(service).await;
    let mut seen = Seen { secrets: vec![service.operator_secret().expose().to_owned()], ..Seen::default() };
    let _ = operator.post(&format!("{org}/activate"), Value::Null).await.is(200);
    let_somebody_in(&operator, &org, &mut seen).await;
    let entries = operator.get("/v1/audit?limit=500").await.is(200);
    let bodies = [made, again, operator.get(&format!("{org}?asOf=1")).await.is(200), entries];
    seen.replies.extend(bodies.map(|reply| reply.json.to_string()));
    seen
}

/// A secret where it does not belong must not come back, nor be kept.
async fn present_badly(service: &Service) {
    let secret = service.operator_secret().expose();
    let nobody: Client = service.nobody();
    let basic = STANDARD.encode(format!("{}:{secret}", service.operator_secret().access_key_id()));
    let _ = nobody.get("/v1/orgs").header("authorization", &format!("Basic {basic}")).await.is(200);
    let _ = nobody.get("/v1/orgs").header("x-api-key", secret).await.is(200);
    let _ = nobody.get("/v1/orgs").header("authorization", &format!("Bearer {secret}x")).await.is(401);
    let _ = nobody.get("/v1/orgs").header("authorization", &format!("Digest {secret}")).await.is(401);
    let _ = service.operator().get("/v1/orgs").header("x-api-key", secret).await.is(400);
}

/// The verifier that is stored for a key: it is in its own table and must be nowhere else.
async fn verifiers(service: &Service) -> Vec<Vec<u8>> {
    sqlx::query_scalar("SELECT verifier FROM key_verifiers").fetch_all(&service.superuser()).await.unwrap()
}

#[tokio::test]
async fn secrets_and_persons_are_nowhere_in_clear() {
    let logs = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(logs.clone())
        .with_ansi(false)
        .finish();
    // The only test of this process, so that every thread's lines are caught.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let service = Service::start().await;
    let seen = live(&service).await;

    let dump = service.dump().await;
    assert!(dump.contains("public.events\t") && dump.contains("public.idempotency_replies\t"));
    let metrics = String::from_utf8(service.nobody().get("/metrics").await.is(200).bytes).unwrap();
    let document = Contract::get().document.to_string();
    let logs = logs.take();
    assert!(logs.contains("Answered POST /v1/orgs"), "the logs were not caught");
    let places = [
        ("the database", &dump),
        ("the metrics", &metrics),
        ("the document", &document),
        ("the logs", &logs),
    ];

    for (place, text) in places {
        hidden(service_secrets(&service, &seen), place, text);
        for (what, personal) in PERSONAL {
            must_not_hold(place, text, what, personal.as_bytes());
            must_not_hold(place, &text.to_lowercase(), what, personal.to_lowercase().as_bytes());
        }
    }
    let beside: Vec<&str> = dump.lines().filter(|line| !line.starts_with("public.key_verifiers\t")).collect();
    let beside = beside.join("\n");
    for verifier in verifiers(&service).await {
        for (place, text) in [("the database", &beside), ("the logs", &logs), ("the metrics", &metrics)] {
            must_not_hold(place, text, "a verifier", &verifier);
        }
        seen.replies.iter().for_each(|reply| must_not_hold("a reply", reply, "a verifier", &verifier));
    }
    for reply in &seen.replies {
        hidden(service_secrets(&service, &seen), "a reply", reply);
    }
}

/// Everything secret: what was shown once, in whole and its random part, and the keys of the keyring.
fn service_secrets(service: &Service, seen: &Seen) -> Vec<(&'static str, Vec<u8>)> {
    let mut all = vec![];
    for secret in &seen.secrets {
        let random_part = secret.rsplit('_').next().unwrap_or_default();
        all.push(("a secret", secret.clone().into_bytes()));
        all.push(("a secret's random part", random_part.as_bytes().to_vec()));
    }
    let keyring: Value = serde_json::from_str(&service.keyring_file).unwrap();
    for name in ["pepper", "wrapping", "lookup", "signing"] {
        for entry in keyring[name].as_array().unwrap() {
            all.push(("a key of the keyring", STANDARD.decode(entry["key"].as_str().unwrap()).unwrap()));
        }
    }
    all
}

fn hidden(secrets: Vec<(&'static str, Vec<u8>)>, place: &str, text: &str) {
    for (what, bytes) in secrets {
        must_not_hold(place, text, what, &bytes);
    }
}

#[test]
fn the_forms_find_what_is_hidden() {
    for hidden in [
        STANDARD.encode("x canary.person@mine.test y"),
        STANDARD.encode("xy canary.person@mine.test"),
        URL_SAFE_NO_PAD.encode("canary.person@mine.test"),
        "63616e6172792e706572736f6e406d696e652e74657374".to_owned(),
    ] {
        assert!(forms(EMAIL.as_bytes()).iter().any(|form| hidden.contains(form)), "{hidden}");
    }
    let nothing: Value = json!({ "email": "somebody@mine.test" });
    must_not_hold("nothing", &nothing.to_string(), "an address", EMAIL.as_bytes());
}
