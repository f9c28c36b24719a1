//! What is put on clusters: sent, kept, referred to, forgotten.

use super::{SETTINGS, World, inline, number, text, version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use quarterdeck::app::timers::{Schedule, Timers};
use serde_json::{Value, json};
use std::io::Write;
use std::sync::Arc;

const HOUR: i64 = 3_600_000_000;

/// A gzipped tar archive with this file.
fn archive(path: &str, content: &[u8]) -> Vec<u8> {
    let mut header = [0_u8; 512];
    header[..path.len()].copy_from_slice(path.as_bytes());
    header[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    header[148..156].copy_from_slice(b"        ");
    header[156] = b'0';
    let sum: u64 = header.iter().map(|byte| u64::from(*byte)).sum();
    header[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    let mut tar = header.to_vec();
    tar.extend(content);
    tar.resize(tar.len().next_multiple_of(512) + 1024, 0);
    let mut encoder = GzEncoder::new(vec![], Compression::fast());
    encoder.write_all(&tar).unwrap();
    encoder.finish().unwrap()
}

fn uploaded(bytes: &[u8], filename: &str) -> Value {
    json!({ "upload": STANDARD.encode(bytes), "filename": filename })
}

#[tokio::test]
async fn bytes_are_kept_once_by_their_digest_and_given_back() {
    let world = World::new().await.with("yaml").await;
    let admin = &world.admin;
    let made = world.make("1.0.0", inline()).await;
    let artifact = made.json["spec"]["artifact"].clone();
    assert_eq!(artifact["sizeBytes"], SETTINGS.len());
    assert_eq!(artifact.as_object().unwrap().len(), 2, "the bytes themselves are not shown: {artifact}");
    let bytes = admin.get(&world.version("1.0.0/artifact")).await.is(200);
    assert_eq!(text(&bytes), SETTINGS);
    assert_eq!(bytes.header("content-type"), Some("application/yaml"));
    assert!(bytes.header("content-disposition").unwrap().starts_with("attachment; filename=\"1.0.0.yaml\""));
    let known = admin.get(&world.version("1.0.0/artifact")).header("if-none-match", "\"1\"").await;
    let _ = known.is(304);

    let again = world.make("1.0.1", json!({ "sha256": artifact["sha256"] })).await;
    assert_eq!(again.json["spec"]["artifact"], artifact, "it refers to what is there");
    let file = world.make("1.0.2", uploaded(SETTINGS.as_bytes(), "settings.yaml")).await;
    assert_eq!(file.json["spec"]["artifact"]["sha256"], artifact["sha256"]);
    assert_eq!(file.json["spec"]["artifact"]["filename"], "settings.yaml");
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM artifacts")
        .fetch_one(&world.service.superuser())
        .await
        .unwrap();
    assert_eq!(count, 1);
}

#[tokio::test]
async fn a_reference_to_what_is_not_there_is_refused_also_across_orgs() {
    let world = World::new().await.with("yaml").await;
    let sha256 = world.make("1.0.0", inline()).await.json["spec"]["artifact"]["sha256"].clone();
    let other = world.service.operator().post("/v1/orgs", super::named("umbrella")).await.is(201).id();
    let org = format!("/v1/orgs/{other}");
    let (_, stranger) = world.service.member(&org, "eve", &["ORG_ADMIN"]).await;
    let _ = stranger.post(&format!("{org}/projects"), super::named("p")).await.is(201);
    let addons = format!("{org}/projects/p/addons");
    let _ = stranger.post(&addons, super::addon("ingress", "yaml")).await.is(201);
    let body = version("1.0.0", json!({ "sha256": sha256 }));
    let refused = stranger.post(&format!("{addons}/ingress/versions"), body).await;
    let refused = refused.is_problem(422, "validation_failed");
    let error = &refused.json["errors"][0];
    assert_eq!(
        (&error["pointer"], &error["code"]),
        (&json!("/spec/artifact/sha256"), &json!("unknown_artifact"))
    );
}

#[tokio::test]
async fn charts_and_kustomizations_come_as_archives_and_from_repositories() {
    let world = World::new().await.with("helm").await;
    let admin = &world.admin;
    let chart = archive("web/Chart.yaml", b"name: web\nversion: 1.0.0\n");
    let made = world.make("1", uploaded(&chart, "web-1.0.0.tgz")).await;
    let bytes = admin.get(&world.version("1/artifact")).await.is(200);
    assert_eq!(
        (bytes.bytes.as_slice(), bytes.header("content-type")),
        (&chart[..], Some("application/gzip"))
    );
    let again = admin.put(&world.version("1"), &made.json).await.is(200);
    assert_eq!(number(&again), 1);
    let helm = json!({ "helm": {
        "repository": "https://charts.acme.test/stable", "chart": "ingress-nginx", "version": "4.11.3"
    } });
    let mut body = version("2", helm.clone());
    body["spec"]["values"] = json!(["controller:\n  replicaCount: 2\n"]);
    let made = admin.post(&world.version(""), body).await.is(201);
    assert_eq!(made.json["spec"]["artifact"], helm);
    let again = admin.put(&world.version("2"), &made.json).await.is(200);
    assert_eq!(number(&again), 1);
    let _ = admin.get(&world.version("2/artifact")).await.is_problem(409, "invalid_state");
    let mut other = made.json.clone();
    other["spec"]["artifact"]["helm"]["version"] = json!("4.11.4");
    assert_eq!(number(&admin.put(&world.version("2"), &other).await.is(200)), 2);
    let replaced = json!({ "spec": { "artifact": uploaded(&chart, "web.tgz") } });
    let replaced = admin.patch(&world.version("2"), &replaced).await.is(200);
    assert_eq!(replaced.json["spec"]["artifact"].get("helm"), None, "a patch replaces it as a whole");

    let kustomize = world.addon("edge");
    let _ = admin.put(&kustomize, &super::addon("edge", "kustomize")).await.is(201);
    let base = archive("base/kustomization.yaml", b"resources: []\n");
    let git =
        json!({ "git": { "url": "https://git.acme.test/edge.git", "revision": "main", "path": "./prod/" } });
    for (name, artifact) in [("1", uploaded(&base, "base.tgz")), ("2", git)] {
        let _ = admin.post(&format!("{kustomize}/versions"), version(name, artifact)).await.is(201);
    }
    let shown = admin.get(&format!("{kustomize}/versions/2")).await.is(200);
    assert_eq!(shown.json["spec"]["artifact"]["git"]["path"], "prod");
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_member_with_document_and_line() {
    let world = World::new().await.with("yaml").await;
    let admin = &world.admin;
    let two = format!("{SETTINGS}---\napiVersion: v1\nmetadata: {{name: a}}\n");
    let nothing = STANDARD.encode(b"# nothing\n");
    for (artifact, pointer, code, detail) in [
        (
            json!({ "inline": two }),
            "inline",
            "invalid_artifact",
            "document 2, line 6: a Kubernetes object needs kind",
        ),
        (json!({ "upload": nothing }), "upload", "invalid_artifact", "there is no Kubernetes object in it"),
        (json!({ "upload": "no base64!" }), "upload", "invalid_base64", "is not base64"),
        (json!({ "inline": "" }), "inline", "empty", "nothing"),
        (json!({ "inline": "a", "filename": "b" }), "filename", "unexpected", "uploaded"),
        (json!({ "inline": SETTINGS, "sha256": "0".repeat(64) }), "sha256", "digest_mismatch", "SHA-256"),
        (json!({ "inline": SETTINGS, "sizeBytes": 1 }), "sizeBytes", "size_mismatch", "bytes"),
        (json!({ "sha256": "0".repeat(64) }), "sha256", "unknown_artifact", "send it"),
        (
            json!({ "helm": { "repository": "https://a.test", "chart": "a", "version": "1.0.0" } }),
            "helm",
            "artifact_does_not_fit",
            "inline, upload, git",
        ),
    ] {
        let refused = admin.post(&world.version(""), version("1", artifact)).await;
        let refused = refused.is_problem(422, "validation_failed");
        let error = &refused.json["errors"][0];
        let pointer = format!("/spec/artifact/{pointer}");
        assert_eq!((error["pointer"].as_str(), error["code"].as_str()), (Some(pointer.as_str()), Some(code)));
        assert!(error["detail"].as_str().unwrap().contains(detail), "{error}");
    }
    for artifact in [json!({}), json!({ "inline": SETTINGS, "upload": "YQ==" })] {
        let refused = admin.post(&world.version(""), version("1", artifact)).await;
        let refused = refused.is_problem(422, "validation_failed");
        assert_eq!(refused.json["errors"][0]["pointer"], "/spec/artifact");
    }
    let mut body = version("1", inline());
    body["spec"]["values"] = json!(["a: 1"]);
    let refused = admin.post(&world.version(""), body).await.is_problem(422, "validation_failed");
    assert_eq!(refused.json["errors"][0]["pointer"], "/spec/values");

    let _ = admin.put(&world.addon("chart"), &super::addon("chart", "helm")).await.is(201);
    let helm = json!({ "repository": "https://a.test", "chart": "a", "version": "1.0.0" });
    let mut body = version("1", json!({ "helm": helm }));
    body["spec"]["values"] = json!(["a: 1", "- a"]);
    let refused = admin.post(&world.addon("chart/versions"), body).await.is_problem(422, "validation_failed");
    let error = &refused.json["errors"][0];
    assert_eq!((&error["pointer"], &error["code"]), (&json!("/spec/values/1"), &json!("invalid_artifact")));
}

#[tokio::test]
async fn up_to_10_mib_are_taken_and_not_more() {
    let world = World::new().await.with("yaml").await;
    let admin = &world.admin;
    let of_size = |size: usize| {
        let head = format!("{SETTINGS}data:\n  x: \"");
        format!("{head}{}\"\n", "x".repeat(size - head.len() - 2))
    };
    let most = 10 << 20;
    let made = world.make("1", json!({ "upload": STANDARD.encode(of_size(most)) })).await;
    assert_eq!(made.json["spec"]["artifact"]["sizeBytes"], most);
    let more = json!({ "inline": of_size(most + 1) });
    let refused =
        admin.post(&world.version(""), version("2", more)).await.is_problem(422, "validation_failed");
    assert_eq!(refused.json["errors"][0]["code"], "too_large");
    let far_more = json!({ "inline": "x".repeat(15 << 20) });
    let refused = admin.post(&world.version(""), version("2", far_more)).await;
    let _ = refused.is_problem(413, "payload_too_large");
    let elsewhere =
        admin.post(&world.addon(""), json!({ "metadata": { "name": "x".repeat(2 << 20) } })).await;
    let _ = elsewhere.is_problem(413, "payload_too_large");
}

#[tokio::test]
async fn a_dry_run_stores_nothing() {
    let world = World::new().await.with("yaml").await;
    let dry = world.admin.post(&world.version("?dryRun=true"), version("1", inline())).await.is(200);
    assert_eq!(dry.json["resource"]["spec"]["artifact"]["sizeBytes"], SETTINGS.len());
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM artifacts")
        .fetch_one(&world.service.superuser())
        .await
        .unwrap();
    assert_eq!(count, 0);
}

#[tokio::test]
async fn what_nothing_refers_to_is_forgotten_after_a_day() {
    let world = World::new().await.with("yaml").await;
    let admin = &world.admin;
    let pool = world.service.superuser();
    let count = async || -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM artifacts").fetch_one(&pool).await.unwrap()
    };
    let _ = world.make("1.0.0", inline()).await;
    // Stored, and then refused: nothing refers to it.
    let other = json!({ "inline": format!("{SETTINGS}data: {{}}\n") });
    let _ =
        admin.post(&world.version(""), version("1.0.0", other.clone())).await.is_problem(409, "name_taken");
    assert_eq!(count().await, 2);
    let mut timers = Timers::new(Arc::clone(&world.service.app), Schedule::default());
    world.service.clock.advance_micros(23 * HOUR);
    timers.tick().await;
    assert_eq!(count().await, 2, "not yet");
    let _ = admin.post(&world.version(""), version("1.0.0", other)).await.is_problem(409, "name_taken");
    world.service.clock.advance_micros(2 * HOUR);
    timers.tick().await;
    assert_eq!(count().await, 2, "it was stored again meanwhile");
    world.service.clock.advance_micros(24 * HOUR);
    timers.tick().await;
    assert_eq!(count().await, 1);
    let kept = admin.get(&world.version("1.0.0/artifact")).await.is(200);
    assert_eq!(text(&kept), SETTINGS, "what is used stays");
    let deleted = admin.delete(&world.version("1.0.0")).await.is(200).id();
    world.service.clock.advance_micros(48 * HOUR);
    timers.tick().await;
    let path = world.version(&format!("{deleted}/artifact"));
    assert_eq!(text(&admin.get(&path).await.is(200)), SETTINGS, "events refer to it for ever");
}

/// Whatever the order, what was acknowledged has its bytes, and what lost them is refused or stored anew.
#[tokio::test(flavor = "multi_thread")]
async fn sweeping_races_with_commands_and_takes_nothing_from_them() {
    let world = World::new().await.with("yaml").await;
    let pool = world.service.superuser();
    for round in 0..8 {
        let sent_text = format!("{SETTINGS}data: {{round: \"{round}\"}}\n");
        let sent = json!({ "inline": sent_text });
        let _ = world.make(&format!("held-{round}"), inline()).await;
        let held = version(&format!("held-{round}"), sent.clone());
        let _ = world.admin.post(&world.version(""), held).await.is_problem(409, "name_taken");
        sqlx::query("UPDATE artifacts SET stored_at = 0 WHERE NOT used").execute(&pool).await.unwrap();
        let sha256 = quarterdeck::crypto::hex(&quarterdeck::crypto::sha256(sent_text.as_bytes()));
        let artifact = if round % 2 == 0 { json!({ "sha256": sha256 }) } else { sent };
        let (admin, path) = (world.admin.clone(), world.version(""));
        let body = version(&format!("v{round}"), artifact);
        let creating = tokio::spawn(async move { admin.post(&path, body).await });
        let app = Arc::clone(&world.service.app);
        let sweeping = tokio::spawn(async move { app.sweep_artifacts(1).await });
        let made = creating.await.unwrap();
        sweeping.await.unwrap().unwrap();
        if made.status.as_u16() == 201 {
            let kept = world.admin.get(&world.version(&format!("v{round}/artifact"))).await.is(200);
            assert_eq!(text(&kept), sent_text, "round {round}");
        } else {
            let refused = made.is_problem(422, "validation_failed");
            assert_eq!(refused.json["errors"][0]["code"], "unknown_artifact");
            assert_eq!(round % 2, 0, "what was sent is stored anew");
        }
    }
}
