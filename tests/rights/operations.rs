//! The operations of the OpenAPI document, and how each is called.

use axum::http::Method;
use quarterdeck::authz::Permission;
use serde_json::Value;
use std::sync::OnceLock;
use testing::{Call, Client, Contract};

/// An operation.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: &'static str,
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) permission: Option<Permission>,
    /// What replacing needs, where making needs another right.
    pub(crate) replacing: Option<Permission>,
    body: Option<(&'static str, &'static Value)>,
    needs_a_body: bool,
    is_write: bool,
    parameters: Vec<&'static str>,
}

/// What is not asked, and why not.
const LEFT_OUT: &[(&str, &str)] = &[("signUp", "is for everybody, and counts how often")];

/// All operations, in the document's order.
pub(crate) fn operations() -> &'static [Operation] {
    static ALL: OnceLock<Vec<Operation>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all = vec![];
        for (path, item) in Contract::get().document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap();
                if LEFT_OUT.iter().all(|(out, _)| *out != id) {
                    all.push(read(path, method, operation));
                }
            }
        }
        all
    })
}

fn read(path: &'static str, method: &str, operation: &'static Value) -> Operation {
    let content = operation["requestBody"]["content"].as_object();
    let body = content.and_then(|content| {
        let (kind, content) = content.iter().next()?;
        Some((kind.as_str(), Contract::get().example(content)))
    });
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let parameters: Vec<&str> = parameters.map(|parameter| parameter["name"].as_str().unwrap()).collect();
    let permission = |name: &str| operation[name].as_str().and_then(Permission::from_name);
    Operation {
        id: operation["operationId"].as_str().unwrap(),
        method: method.to_uppercase().parse().unwrap(),
        path,
        permission: permission("x-required-permission"),
        replacing: permission("x-required-permission-to-replace"),
        body,
        needs_a_body: operation["requestBody"]["required"] == true,
        is_write: parameters.contains(&"dryRun"),
        parameters,
    }
}

impl Operation {
    /// Whether it changes anything where it is not asked as a dry run.
    pub(crate) fn changes(&self) -> bool {
        self.is_write
    }

    /// Whether it has a parameter of this name.
    pub(crate) fn takes(&self, parameter: &str) -> bool {
        self.parameters.contains(&parameter)
    }

    /// Whether it can be told something.
    pub(crate) const fn takes_a_body(&self) -> bool {
        self.body.is_some()
    }

    /// Whether it must be told something.
    pub(crate) const fn needs_a_body(&self) -> bool {
        self.needs_a_body
    }

    /// The call of an actor with this query.
    pub(crate) fn call_with_query(&self, actor: &Client, path: &str, query: &str) -> Call {
        self.sent(actor, &format!("{path}?{query}"))
    }

    /// The call of an actor that says nothing; of what writes, a dry run.
    pub(crate) fn call_with_nothing(&self, actor: &Client, path: &str) -> Call {
        actor.call(self.method.clone(), &self.asked(path))
    }

    /// The call of an actor; of what writes, a dry run.
    pub(crate) fn call(&self, actor: &Client, path: &str) -> Call {
        self.sent(actor, &self.asked(path))
    }

    fn asked(&self, path: &str) -> String {
        if self.is_write { format!("{path}?dryRun=true") } else { path.to_owned() }
    }

    /// The call of an actor.
    pub(crate) fn call_for_real(&self, actor: &Client, path: &str) -> Call {
        self.sent(actor, path)
    }

    fn sent(&self, actor: &Client, path: &str) -> Call {
        let call = actor.call(self.method.clone(), path);
        match self.body {
            Some((kind, Value::String(text))) => call.body(kind, text.clone()),
            Some((kind, body)) => call.body(kind, body.to_string()),
            None => call,
        }
    }
}
