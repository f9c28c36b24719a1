//! The catalogue of events as a contract, and streams as their followers see them.

use crate::client::{Call, Client, Reply};
use crate::contract::{Contract, forbid_others};
use axum::body::Body;
use axum::http::HeaderMap;
use http_body_util::BodyExt;
use jsonschema::Validator;
use quarterdeck::app::streams::event_types;
use serde_json::Value;
use std::collections::{HashMap, VecDeque};
use std::sync::OnceLock;
use std::time::Duration;
use tokio::time::timeout;

/// What a follower waits for comes well within this.
const SOON: Duration = Duration::from_secs(30);

/// Validators of whole events and of their details, by type.
struct Catalogue(HashMap<&'static str, (Validator, Validator)>);

impl Catalogue {
    fn get() -> &'static Self {
        static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
        CATALOGUE.get_or_init(|| {
            let all = event_types().iter().map(|event_type| {
                let mut event = event_type.schema.clone();
                forbid_others(&mut event);
                let mut data = event["properties"]["data"].clone();
                data["$defs"] = event["$defs"].clone();
                data["$schema"] = event["$schema"].clone();
                (event_type.r#type.as_str(), (validator(&event), validator(&data)))
            });
            Self(all.collect())
        })
    }
}

fn validator(schema: &Value) -> Validator {
    match jsonschema::options().should_validate_formats(true).build(schema) {
        Ok(validator) => validator,
        Err(error) => panic!("the schema of an event is none: {error}\n{schema}"),
    }
}

fn check(validator: &Validator, value: &Value) -> Result<(), String> {
    let faults: Vec<String> =
        validator.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    faults.is_empty().then_some(()).ok_or_else(|| faults.join("; "))
}

fn of_type(event: &Value) -> Result<&'static (Validator, Validator), String> {
    let name = event["type"].as_str().unwrap_or_default();
    Catalogue::get().0.get(name).ok_or_else(|| format!("there is no event type {name:?}"))
}

/// Holds an event against the schema of its type.
///
/// # Errors
/// In words, where it does not fit.
pub fn check_event(event: &Value) -> Result<(), String> {
    check(&of_type(event)?.0, event)
}

/// Holds an event of a dry run against the schema of its type.
///
/// # Errors
/// In words, where it does not fit.
pub fn check_planned_event(event: &Value) -> Result<(), String> {
    check(&of_type(event)?.1, &event["data"])
}

/// Holds every event in an answer against the schema of its type.
pub(crate) fn check_events(path: &str, reply: &Reply) -> Result<(), String> {
    let path = path.split('?').next().unwrap_or_default();
    if path.ends_with("/events") && reply.status == 200 {
        return reply.json["items"].as_array().into_iter().flatten().try_for_each(check_event);
    }
    if reply.json["dryRun"] == true {
        return reply.json["events"].as_array().into_iter().flatten().try_for_each(check_planned_event);
    }
    Ok(())
}

/// What comes in a stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// Where to go on.
    pub id: Option<String>,
    /// What it is.
    pub event: Option<String>,
    /// The event.
    pub data: Option<Value>,
    /// What is said to nobody in particular.
    pub comment: Option<String>,
}

impl Frame {
    fn parse(text: &str) -> Self {
        let mut frame = Self::default();
        for line in text.lines() {
            match line.split_once(':') {
                Some(("", comment)) => frame.comment = Some(comment.trim().to_owned()),
                Some(("id", id)) => frame.id = Some(id.trim().to_owned()),
                Some(("event", event)) => frame.event = Some(event.trim().to_owned()),
                Some(("data", data)) => match serde_json::from_str(data) {
                    Ok(data) => frame.data = Some(data),
                    Err(error) => panic!("{data} is no JSON: {error}"),
                },
                Some(_) | None => panic!("{line:?} is no line of a stream"),
            }
        }
        frame
    }

    /// The position in its id.
    ///
    /// # Panics
    /// When it has none.
    #[must_use]
    pub fn position(&self) -> i64 {
        let position =
            self.id.as_deref().and_then(|id| id.split_once('.')).and_then(|(_, it)| it.parse().ok());
        match position {
            Some(position) => position,
            None => panic!("{self:?} has no position"),
        }
    }

    /// Whether it only moves the cursor.
    #[must_use]
    pub fn is_bookmark(&self) -> bool {
        self.event.as_deref() == Some("bookmark")
    }
}

/// A stream that is followed. Every event in it is held against the schema of its type.
#[derive(Debug)]
pub struct Stream {
    /// The headers of the answer.
    pub headers: HeaderMap,
    body: Body,
    rest: Vec<u8>,
    frames: VecDeque<Frame>,
}

impl Stream {
    /// A stream that has come, whichever way.
    #[must_use]
    pub const fn new(headers: HeaderMap, body: Body) -> Self {
        Self { headers, body, rest: vec![], frames: VecDeque::new() }
    }

    /// What comes next; `None` at the end.
    ///
    /// # Panics
    /// When nothing comes for long, or an event does not fit its schema.
    pub async fn next(&mut self) -> Option<Frame> {
        match self.try_next().await {
            Ok(frame) => frame,
            Err(error) => panic!("the stream breaks off: {error}"),
        }
    }

    /// What comes next; `None` at the end.
    ///
    /// # Errors
    /// The stream breaks off.
    ///
    /// # Panics
    /// When nothing comes for long, or an event does not fit its schema.
    pub async fn try_next(&mut self) -> Result<Option<Frame>, axum::Error> {
        loop {
            if let Some(frame) = self.frames.pop_front() {
                if let Some(Err(fault)) = frame.data.as_ref().map(check_event) {
                    panic!("{fault}: {frame:?}");
                }
                return Ok(Some(frame));
            }
            let Ok(more) = timeout(SOON, self.body.frame()).await else { panic!("nothing comes") };
            match more {
                Some(Ok(more)) => self.take(more.data_ref().map(AsRef::as_ref).unwrap_or_default()),
                Some(Err(error)) => return Err(error),
                None => return Ok(None),
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.rest.extend_from_slice(bytes);
        while let Some(end) = self.rest.windows(2).position(|pair| pair == b"\n\n") {
            let frame: Vec<u8> = self.rest.drain(..end + 2).collect();
            self.frames.push_back(Frame::parse(String::from_utf8_lossy(&frame).trim_end()));
        }
    }

    /// The next event, whatever comes before it that is none; `None` at the end.
    pub async fn next_event(&mut self) -> Option<Frame> {
        loop {
            let frame = self.next().await?;
            if frame.data.is_some() {
                return Some(frame);
            }
        }
    }

    /// The next so many events.
    ///
    /// # Panics
    /// When the stream ends before.
    pub async fn events(&mut self, many: usize) -> Vec<Frame> {
        let mut found = Vec::with_capacity(many);
        while found.len() < many {
            match self.next_event().await {
                Some(frame) => found.push(frame),
                None => panic!("the stream ended after {} of {many} events: {found:?}", found.len()),
            }
        }
        found
    }

    /// Everything until the end.
    pub async fn rest(&mut self) -> Vec<Frame> {
        let mut found = vec![];
        while let Some(frame) = self.next().await {
            found.push(frame);
        }
        found
    }
}

impl Client {
    /// Follows a stream.
    ///
    /// # Panics
    /// When that is refused.
    pub async fn follow(&self, path: &str) -> Stream {
        self.get(path).follow().await
    }
}

impl Call {
    /// Follows a stream.
    ///
    /// # Panics
    /// When that is refused.
    pub async fn follow(self) -> Stream {
        match self.try_follow().await {
            Ok(stream) => stream,
            Err(reply) => panic!("{} {}", reply.status, reply.json),
        }
    }

    /// Follows a stream, if that is let.
    ///
    /// # Errors
    /// The answer, where it is none.
    ///
    /// # Panics
    /// When the answer is not what the document says.
    pub async fn try_follow(self) -> Result<Stream, Reply> {
        let (method, path, response) = self.response().await;
        let (parts, body) = response.into_parts();
        let is_stream = parts.status == 200;
        let (bytes, body) =
            if is_stream { (b":".to_vec(), body) } else { (whole(body).await, Body::empty()) };
        let json = serde_json::from_slice(&bytes).unwrap_or_default();
        let reply = Reply { status: parts.status, headers: parts.headers, bytes, json };
        if let Err(drift) = Contract::get().check(&method, &path, &reply) {
            panic!("{method} {path} answers what the OpenAPI document does not say: {drift}");
        }
        if is_stream { Ok(Stream::new(reply.headers, body)) } else { Err(reply) }
    }
}

async fn whole(body: Body) -> Vec<u8> {
    match body.collect().await {
        Ok(collected) => collected.to_bytes().to_vec(),
        Err(error) => panic!("the answer breaks off: {error}"),
    }
}
