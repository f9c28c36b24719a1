//! The rival: cqrs-es with postgres-es as its documentation shows it, behind axum.
//!
//! `PostgresCqrs` stores one transaction per command, `GenericQuery` then keeps a view by `PostgresViewRepository`.
//! The body is the service's own, and events are as long as the service's. There is no authentication, no ledger
//! order, no idempotency, no uniqueness and no sealing, and a create is answered without a body.

mod org;

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use cqrs_es::persist::{GenericQuery, ViewRepository};
use postgres_es::{PostgresCqrs, PostgresViewRepository, postgres_cqrs};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use uuid::Uuid;

use crate::Failure;
use crate::cluster::PORT;
use crate::settings;
use org::{Org, OrgCommand, OrgInput, OrgView};

/// As many connections to the database as the service has.
const DATABASE_CONNECTIONS: u32 = 16;

type Views = PostgresViewRepository<OrgView, Org>;

struct Pipeline {
    cqrs: PostgresCqrs<Org>,
    views: Arc<Views>,
    metadata: HashMap<String, String>,
    filler: String,
}

/// Serves until it is told to stop.
///
/// # Errors
///
/// There is no database, or the address is taken.
pub(crate) async fn serve(arguments: settings::Stock) -> Result<(), Failure> {
    let options = PgConnectOptions::new_without_pgpass()
        .socket(&arguments.socket_directory)
        .port(PORT)
        .username(&arguments.user)
        .database(&arguments.database);
    let pool = PgPoolOptions::new().max_connections(DATABASE_CONNECTIONS).connect_with(options).await?;
    let views = Arc::new(Views::new("org_view", pool.clone()));
    let query = GenericQuery::new(Arc::clone(&views));
    let pipeline = Pipeline {
        cqrs: postgres_cqrs(pool, vec![Box::new(query)], ()),
        views,
        metadata: serde_json::from_str(&arguments.metadata)?,
        filler: org::filler(arguments.payload_bytes)?,
    };
    let router = Router::new()
        .route("/livez", get(async || "ok"))
        .route("/v1/orgs", post(create))
        .route("/v1/orgs/{org}", get(read))
        .with_state(Arc::new(pipeline));
    let listener = tokio::net::TcpListener::bind(arguments.listen).await?;
    let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            terminated.recv().await;
        })
        .await?;
    Ok(())
}

async fn create(State(pipeline): State<Arc<Pipeline>>, Json(input): Json<OrgInput>) -> Response {
    #[expect(clippy::disallowed_methods, reason = "a rival mints ids as its documentation does")]
    let id = Uuid::now_v7().to_string();
    let command = OrgCommand::Create { input: Box::new(input), filler: pipeline.filler.clone() };
    match pipeline.cqrs.execute_with_metadata(&id, command, pipeline.metadata.clone()).await {
        Ok(()) => (StatusCode::CREATED, [(header::LOCATION, format!("/v1/orgs/{id}"))]).into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}

async fn read(State(pipeline): State<Arc<Pipeline>>, Path(org): Path<String>) -> Response {
    match pipeline.views.load(&org).await {
        Ok(Some(view)) => Json(view).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}
