//! The router: every operation, documented by being registered.

use super::attempts::attempts;
use super::problem::{problem_index, problem_page};
use super::request::{RequestIds, conventions};
use super::{
    api_keys, audit, documentation, fallback, me, operators, orgs, partner_users, partners, projects, signup,
    users,
};
use crate::app::App;
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
        .merge(projects::routes())
        .split_for_parts();
    documentation::complete(&mut document);
    (router, document)
}

/// Everything that is served.
pub fn router(app: Arc<App>) -> Router {
    let (operations, document) = operations();
    let json = document.to_json().unwrap_or_default();
    let router = operations
        .route(
            "/v1/openapi.json",
            get(async move || ([(CONTENT_TYPE, "application/json")], json).into_response()),
        )
        .route("/problems", get(problem_index))
        .route("/problems/{code}", get(problem_page))
        .route("/livez", get(async || "ok"))
        .merge(SwaggerUi::new("/docs").config(Config::new(["/v1/openapi.json"])));
    let ids = {
        let app = Arc::clone(&app);
        RequestIds::new(move || app.ids.mint(app.clock.now()))
    };
    fallback::install(router)
        .layer(middleware::from_fn_with_state(Arc::clone(&app), attempts))
        .layer(middleware::from_fn_with_state(ids, conventions))
        .with_state(app)
}
