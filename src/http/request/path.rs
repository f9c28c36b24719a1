//! Path parameters.

use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path as AxumPath};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::http::problem::{Problem, ProblemCode};

/// The parameters of a path, as [`axum::extract::Path`], with problems for refusals: what is not UTF-8 is 400
/// `invalid_encoding`; what cannot name anything is 404 `not_found`.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let refusal = match AxumPath::<T>::from_request_parts(parts, state).await {
            Ok(AxumPath(parameters)) => return Ok(Self(parameters)),
            Err(refusal) => refusal,
        };
        let PathRejection::FailedToDeserializePathParams(refusal) = refusal else {
            tracing::error!("The route does not have the path parameters that its handler takes");
            return Err(Problem::internal());
        };
        if matches!(refusal.kind(), ErrorKind::InvalidUtf8InPathParam { .. }) {
            return Err(Problem::new(ProblemCode::InvalidEncoding, "The path is not percent-encoded UTF-8."));
        }
        Err(Problem::not_found())
    }
}
