//! Orgs to be followed, and connections that make something happen in them.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::Failure;
use crate::load::Target;

/// An org, and its admin.
#[derive(Clone, Debug)]
pub(crate) struct Org {
    pub(crate) id: String,
    pub(crate) admin: Target,
}

/// A connection that sends one request after another.
pub(super) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
}

impl Connection {
    pub(super) async fn to(target: &Target) -> Result<Self, Failure> {
        let stream = TcpStream::connect(target.address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // An end before its time is seen by whoever sends.
        tokio::task::spawn_local(async move { drop(connection.await) });
        Ok(Self { sender, host: HeaderValue::from_str(&target.address.to_string())? })
    }

    /// Makes something, as somebody.
    pub(super) async fn post(&mut self, whom: &Target, path: &str, body: &Value) -> Result<Value, Failure> {
        let mut request = Request::post(path)
            .header(HOST, &self.host)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::from(body.to_string()))?;
        if let Some(authorization) = &whom.authorization {
            request.headers_mut().insert(AUTHORIZATION, authorization.clone());
        }
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            return Err(format!("POST {path}: {status}: {}", String::from_utf8_lossy(&body)).into());
        }
        Ok(serde_json::from_slice(&body)?)
    }
}

/// So many new orgs, named `<prefix>-<number>`, each with an admin of its own.
///
/// # Errors
///
/// The service refuses.
pub(crate) async fn orgs(operator: &Target, prefix: &str, many: usize) -> Result<Vec<Org>, Failure> {
    let mut connection = Connection::to(operator).await?;
    let mut orgs = Vec::with_capacity(many);
    for number in 0..many {
        let name = json!({ "metadata": { "name": format!("{prefix}-{number}") } });
        let org = id(&connection.post(operator, "/v1/orgs", &name).await?)?;
        let user = json!({ "spec": {
            "email": format!("admin@{prefix}-{number}.test"), "firstName": "Ada", "lastName": "Lovelace",
            "access": "programmatic", "roles": ["ORG_ADMIN"]
        }});
        let users = format!("/v1/orgs/{org}/users");
        let user = id(&connection.post(operator, &users, &user).await?)?;
        let key = json!({ "metadata": { "name": "follower" }, "spec": { "validityHours": 24 } });
        let key = connection.post(operator, &format!("{users}/{user}/api-keys"), &key).await?;
        let secret = key["status"]["secret"].as_str().ok_or("a key has no secret")?;
        let mut authorization = HeaderValue::from_str(&format!("Bearer {secret}"))?;
        authorization.set_sensitive(true);
        orgs.push(Org { id: org, admin: Target { authorization: Some(authorization), ..operator.clone() } });
    }
    Ok(orgs)
}

fn id(made: &Value) -> Result<String, Failure> {
    Ok(made["metadata"]["id"].as_str().ok_or("what was made has no id")?.to_owned())
}
