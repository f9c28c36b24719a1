//! The router: every operation, documented by being registered.

use super::attempts::attempts;
use super::limits::limits;
use super::observe::observe;
use super::problem::{problem_index, problem_page};
use super::request::{RequestIds, conventions};
use super::{
    access, addon_versions, addons, api_keys, apply, asyncapi, audit, blueprint_versions, blueprints,
    clusters, deliveries, documentation, event_types, events, fallback, groups, ledger, me, namespaces,
    operators, orgs, partner_users, partners, projects, record, role_bindings, service, signup, users,
    webhooks, workloads,
};
use crate::app::App;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Router, middleware};
use std::sync::Arc;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Every operation and the document that describes them.
pub fn operations() -> (Router<Arc<App>>, OpenApi) {
    let (router, mut document) = OpenApiRouter::new()
        .merge(signup::routes())
        .merge(orgs::routes())
        .merge(partners::routes())
        .merge(audit::routes())
        .merge(users::routes())
        .merge(api_keys::routes())
        .merge(partner_users::routes())
        .merge(operators::routes())
        .merge(me::routes())
        .merge(groups::routes())
        .merge(role_bindings::routes())
        .merge(access::routes())
        .merge(projects::routes())
        .merge(webhooks::routes())
        .merge(apply::routes())
        .merge(deliveries::routes())
        .merge(record::routes())
        .merge(clusters::routes())
        .merge(ledger::routes())
        .merge(namespaces::routes())
        .merge(workloads::routes())
        .merge(blueprints::routes())
        .merge(blueprint_versions::routes())
        .merge(addons::routes())
        .merge(addon_versions::routes())
        .merge(events::routes())
        .merge(event_types::routes())
        .split_for_parts();
    documentation::complete(&mut document);
    (router, document)
}

/// Paths that are served and not in the document, and why not.
pub const UNDOCUMENTED: [(&str, &str); 9] = [
    ("/v1/openapi.json", "is the document"),
    ("/v1/asyncapi.json", "is another document: of what is told, and not of what is asked"),
    ("/docs", "leads to /docs/"),
    ("/docs/", "shows the document to people"),
    ("/problems", "explains what the document lists"),
    ("/problems/{code}", "explains what the document lists"),
    ("/livez", "for machines that watch over the service, which know it by convention"),
    ("/readyz", "for machines that watch over the service, which know it by convention"),
    ("/metrics", "for Prometheus, which knows it by convention"),
];

/// Everything that is served: the operations, and what [`UNDOCUMENTED`] lists.
pub fn router(app: Arc<App>) -> Router {
    let (operations, document) = operations();
    let json = Bytes::from(document.to_json().unwrap_or_default());
    drop(document);
    let router = operations
        .route(
            "/v1/openapi.json",
            get(async move || ([(CONTENT_TYPE, "application/json")], json).into_response()),
        )
        .route(
            "/v1/asyncapi.json",
            get(async || ([(CONTENT_TYPE, "application/json")], asyncapi::document()).into_response()),
        )
        .route("/problems", get(problem_index))
        .route("/problems/{code}", get(problem_page))
        .merge(service::routes())
        .merge(SwaggerUi::new("/docs").config(swagger_ui()));
    let ids = {
        let app = Arc::clone(&app);
        RequestIds::new(move || app.ids.mint(app.clock.now()))
    };
    let router = fallback::install(router).layer(middleware::from_fn_with_state(Arc::clone(&app), attempts));
    let router =
        if app.caller_rates.are_limited() { router.layer(middleware::from_fn(limits)) } else { router };
    router
        .layer(middleware::from_fn_with_state(ids, conventions))
        .layer(middleware::from_fn(observe))
        .with_state(app)
}

/// Nothing is loaded from elsewhere, and nobody is asked whether the document is valid.
fn swagger_ui() -> Config<'static> {
    Config::new(["/v1/openapi.json"])
        .validator_url("none")
        .try_it_out_enabled(true)
        .display_request_duration(true)
        .filter(true)
        .default_models_expand_depth(-1)
}
