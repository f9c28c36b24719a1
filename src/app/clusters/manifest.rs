//! What is applied to a cluster so that an agent of ours runs in it.

use api::ClusterProxy;
use serde_json::{Value, json};
use std::fmt::Write;
use uuid::Uuid;
use values::NoProxyEntry;

/// What a manifest says.
pub(super) struct Manifest<'a> {
    /// Where the agent finds the controller.
    pub(super) endpoint: &'a str,
    /// The agent's image.
    pub(super) image: &'a str,
    /// The cluster.
    pub(super) cluster: Uuid,
    /// The cluster's name.
    pub(super) name: &'a str,
    /// The token by which the agent joins.
    pub(super) token: &'a str,
    /// The proxy between the agent and the controller.
    pub(super) proxy: Option<&'a ClusterProxy>,
}

/// The namespace in which the agent runs.
const NAMESPACE: &str = "quarterdeck-system";
/// What everything of the agent is called.
const AGENT: &str = "quarterdeck-agent";
/// The secret in which a proxy's password is looked for. No reply shows it, and neither does a manifest.
const PROXY_SECRET: &str = "quarterdeck-agent-proxy";

/// The manifest as YAML, several documents.
pub(super) fn manifest(of: &Manifest<'_>) -> String {
    let needs_password = of.proxy.is_some_and(|proxy| proxy.has_password);
    let mut text = format!(
        "# The agent of the cluster {}. Apply it once: the token in it is good for one agent.\n",
        of.name
    );
    if needs_password {
        let _ = writeln!(
            text,
            "# The proxy wants a password, which is not in here. Keep it for the agent first:\n\
             #   kubectl create namespace {NAMESPACE}\n\
             #   kubectl -n {NAMESPACE} create secret generic {PROXY_SECRET} --from-literal=password=…"
        );
    }
    for document in documents(of) {
        text.push_str("---\n");
        write_map(&mut text, &document, 0);
    }
    text
}

fn documents(of: &Manifest<'_>) -> [Value; 5] {
    let labels = json!({ "app.kubernetes.io/name": AGENT, "app.kubernetes.io/managed-by": "quarterdeck" });
    let named = |name: &str| json!({ "name": name, "labels": labels });
    let within = |name: &str| json!({ "name": name, "namespace": NAMESPACE, "labels": labels });
    [
        json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": named(NAMESPACE) }),
        json!({ "apiVersion": "v1", "kind": "ServiceAccount", "metadata": within(AGENT) }),
        json!({
            "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRoleBinding", "metadata": named(AGENT),
            "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin" },
            "subjects": [{ "kind": "ServiceAccount", "name": AGENT, "namespace": NAMESPACE }]
        }),
        json!({
            "apiVersion": "v1", "kind": "Secret", "metadata": within(AGENT), "type": "Opaque",
            "stringData": { "token": of.token }
        }),
        deployment(of, &within(AGENT), &labels),
    ]
}

fn deployment(of: &Manifest<'_>, metadata: &Value, labels: &Value) -> Value {
    let chosen = json!({ "app.kubernetes.io/name": AGENT });
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata,
        "spec": {
            "replicas": 1,
            "strategy": { "type": "Recreate" },
            "selector": { "matchLabels": chosen },
            "template": {
                "metadata": { "labels": labels },
                "spec": {
                    "serviceAccountName": AGENT,
                    "securityContext": { "runAsNonRoot": true, "seccompProfile": { "type": "RuntimeDefault" } },
                    "containers": [{
                        "name": "agent",
                        "image": of.image,
                        "env": environment(of),
                        "resources": {
                            "requests": { "cpu": "50m", "memory": "64Mi" }, "limits": { "memory": "256Mi" }
                        },
                        "securityContext": {
                            "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
                            "capabilities": { "drop": ["ALL"] }
                        }
                    }]
                }
            }
        }
    })
}

fn environment(of: &Manifest<'_>) -> Vec<Value> {
    let set = |name: &str, value: &str| json!({ "name": name, "value": value });
    let secret = |name: &str, of: &str, key: &str, optional: bool| json!({ "name": name, "valueFrom": { "secretKeyRef": { "name": of, "key": key, "optional": optional } } });
    let mut all = vec![
        set("QUARTERDECK_ENDPOINT", of.endpoint),
        set("QUARTERDECK_CLUSTER_ID", &of.cluster.to_string()),
        secret("QUARTERDECK_JOIN_TOKEN", AGENT, "token", true),
    ];
    let Some(proxy) = of.proxy else { return all };
    let urls = [("HTTP_PROXY", &proxy.http_proxy), ("HTTPS_PROXY", &proxy.https_proxy)];
    for (name, url) in urls {
        all.extend(url.as_ref().map(|url| set(name, url.as_str())));
    }
    if !proxy.no_proxy.is_empty() {
        let entries: Vec<&str> = proxy.no_proxy.iter().map(NoProxyEntry::as_str).collect();
        all.push(set("NO_PROXY", &entries.join(",")));
    }
    all.extend(proxy.user.as_ref().map(|user| set("QUARTERDECK_PROXY_USER", user.as_str())));
    if proxy.has_password {
        all.push(secret("QUARTERDECK_PROXY_PASSWORD", PROXY_SECRET, "password", false));
    }
    all
}

/// The members of an object, one a line: YAML in its block style, scalars as JSON, which is YAML, too.
fn write_map(text: &mut String, object: &Value, depth: usize) {
    for (member, value) in object.as_object().into_iter().flatten() {
        let _ = write!(text, "{:1$}{member}:", "", depth * 2);
        write_value(text, value, depth + 1);
    }
}

fn write_value(text: &mut String, value: &Value, depth: usize) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            text.push('\n');
            write_map(text, value, depth);
        }
        Value::Array(items) if !items.is_empty() => {
            text.push('\n');
            for item in items {
                let _ = write!(text, "{:1$}-", "", (depth - 1) * 2);
                write_value(text, item, depth);
            }
        }
        Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Object(_)
        | Value::Array(_) => {
            let _ = writeln!(text, " {value}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy() -> ClusterProxy {
        let entry = |text: &str| values::NoProxyEntry::parse(text).unwrap();
        ClusterProxy {
            http_proxy: None,
            https_proxy: Some(values::HttpUrl::parse("http://proxy.acme.test:3128").unwrap()),
            no_proxy: vec![entry(".svc"), entry("10.0.0.0/8")],
            user: Some(values::ProxyUser::parse("egress #1").unwrap()),
            has_password: true,
        }
    }

    fn of(proxy: Option<&ClusterProxy>) -> Manifest<'_> {
        Manifest {
            endpoint: "https://k8s.acme.test",
            image: "quarterdeck-agent:0.1.0",
            cluster: Uuid::nil(),
            name: "prod-eu-1",
            token: "qdjt_0",
            proxy,
        }
    }

    /// What YAML makes of it.
    fn read(text: &str) -> Vec<Value> {
        let documents = text.split("---\n").skip(1);
        documents.map(|document| serde_saphyr::from_str(document).unwrap()).collect()
    }

    #[test]
    fn a_manifest_is_yaml_that_says_what_was_meant() {
        let proxy = proxy();
        for manifest_of in [of(None), of(Some(&proxy))] {
            assert_eq!(read(&manifest(&manifest_of)), documents(&manifest_of));
        }
    }

    #[test]
    fn an_agent_goes_through_the_proxy_and_is_given_no_password() {
        let proxy = proxy();
        let text = manifest(&of(Some(&proxy)));
        let environment = &read(&text)[4]["spec"]["template"]["spec"]["containers"][0]["env"];
        let names: Vec<_> =
            environment.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
        assert_eq!(
            names,
            [
                "QUARTERDECK_ENDPOINT",
                "QUARTERDECK_CLUSTER_ID",
                "QUARTERDECK_JOIN_TOKEN",
                "HTTPS_PROXY",
                "NO_PROXY",
                "QUARTERDECK_PROXY_USER",
                "QUARTERDECK_PROXY_PASSWORD"
            ]
        );
        assert_eq!(environment[4]["value"], ".svc,10.0.0.0/8");
        assert!(environment[6].get("value").is_none());
        assert!(text.contains(PROXY_SECRET));
        assert!(!manifest(&of(None)).contains("PROXY"));
    }
}
