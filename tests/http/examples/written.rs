//! The examples in `docs`: each YAML document in a page is applied, in an org that has what it refers to.

use super::{GIVEN, World, told};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// What the examples refer to, beside [`GIVEN`].
const REFERRED_TO: &str = r#"
---
kind: Addon
metadata: { name: ingress, project: payments }
spec: { type: helm, namespace: ingress }
---
kind: AddonVersion
metadata: { name: 1.0.0, project: payments, addon: ingress }
spec:
  active: true
  artifact: { helm: { repository: "https://charts.acme.test/stable", chart: ingress-nginx, version: 4.11.3 } }
---
kind: Addon
metadata: { name: monitoring, project: payments }
spec: { type: helm }
---
kind: AddonVersion
metadata: { name: 2.1.0, project: payments, addon: monitoring }
spec:
  active: true
  artifact: { helm: { repository: "https://charts.acme.test/stable", chart: monitoring, version: 2.1.0 } }
---
kind: Blueprint
metadata: { name: rock, project: platform }
spec: { type: golden, sharing: { mode: all } }
---
kind: BlueprintVersion
metadata: { name: 3.0.0, project: platform, blueprint: rock }
spec: { active: true }
---
kind: Blueprint
metadata: { name: base, project: payments }
---
kind: BlueprintVersion
metadata: { name: 1.2.0, project: payments, blueprint: base }
spec: { active: true }
---
kind: Namespace
metadata: { name: checkout, project: payments }
---
kind: Group
metadata: { name: dev }
"#;

/// All pages, in folders and folders of folders.
fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pages(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
}

/// What a page shows as YAML, and declares a thing.
fn documents(page: &str) -> Vec<&str> {
    let blocks = page.split("```yaml\n").skip(1).filter_map(|rest| rest.split_once("\n```"));
    blocks
        .map(|(block, _)| block)
        .filter(|block| block.lines().any(|line| line.starts_with("kind: ")))
        .collect()
}

#[tokio::test]
async fn every_example_in_the_docs_is_applied() {
    let world = World::new("acme").await;
    let made = world.apply("", &format!("{GIVEN}{REFERRED_TO}")).await;
    assert_eq!(made.status, 200, "{}", told(&made));
    let mut found = vec![];
    pages(Path::new("docs"), &mut found);
    found.sort();
    let (mut applied, mut refused) = (0, vec![]);
    for page in found {
        for document in documents(&fs::read_to_string(&page).unwrap()) {
            let planned = world.apply("?dryRun=true&atomic=false", document).await;
            let results = planned.json["results"].as_array().cloned().unwrap_or_default();
            // What was made for others to refer to stays what it is.
            let is_fine =
                |result: &Value| result["result"] != "refused" || result["problem"]["status"] == 409;
            if results.is_empty() || !results.iter().all(is_fine) {
                refused.push(format!("{}: {}", page.display(), planned.json));
            }
            applied += results.len();
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert!(applied >= 10, "{applied} examples were found");
}
