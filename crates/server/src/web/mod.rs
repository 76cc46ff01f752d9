//! The HTTP surface: routes, and the layers around all of them.

mod authenticate;
mod body;
mod buffer;
mod content_coding;
mod cors;
mod decode;
mod generation_id;
mod header_options;
mod health;
mod host_check;
mod logged;
mod media_type;
mod model_entry;
mod models;
mod ready;
mod responses;
mod trailing_slash;

pub(crate) use logged::serve;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use http::{Method, Uri};

use crate::app::App;
use crate::failure::{Failure, FailureKind};
use crate::panics;
use crate::quote::quote;

/// Returns the router of all routes. The routes under `/api/v1` are also under `/v1`.
///
/// `loopback`: the server listens on a loopback address, so that hosts and origins are checked, and
/// that keys are not required by default.
pub(crate) fn router(app: Arc<App>, loopback: bool) -> Router {
    let keys = app.keys();
    if keys.required(loopback) && keys.is_empty() {
        tracing::warn!("every request needs a key, and this server has none");
    }
    let api = Router::new()
        .route("/responses", post(responses::create))
        .route("/models", get(models::list))
        .route("/models/{*name}", get(models::get))
        .route("/model/{*name}", get(models::get_wrapped))
        .route_layer(from_fn_with_state(
            (Arc::clone(&app), loopback),
            authenticate::authenticate,
        ));
    let routes = Router::new()
        .nest("/api/v1", api.clone())
        .nest("/v1", api)
        .route("/health", get(health::health))
        .route("/ready", get(ready::ready))
        .route("/version", get(ready::version))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .with_state(Arc::clone(&app));
    // Layers of a router run after it has chosen the route, so that they need an outer router. The
    // layer added last runs first.
    Router::new()
        .fallback_service(routes)
        .layer(from_fn(trailing_slash::remove_trailing_slash))
        .layer(from_fn_with_state(
            (Arc::clone(&app), loopback),
            host_check::check_host,
        ))
        .layer(from_fn(catch_panic))
        .layer(from_fn_with_state(app, cors::cors))
        .layer(from_fn(generation_id::add_generation_id))
}

/// Turns a panic in a handler into a 500.
async fn catch_panic(request: Request, next: Next) -> Result<Response, Failure> {
    panics::catch_future(next.run(request)).await
}

async fn unknown_path(uri: Uri, request: Request) -> Failure {
    body::discard(request).await;
    Failure::new(
        FailureKind::NotFound,
        format!(
            "unknown path {}; this server has POST /api/v1/responses, GET /api/v1/models, GET \
             /health, GET /ready and GET /version",
            quote(uri.path())
        ),
    )
}

async fn wrong_method(method: Method, uri: Uri, request: Request) -> Failure {
    body::discard(request).await;
    Failure::new(
        FailureKind::MethodNotAllowed,
        format!(
            "{} does not support {}; the Allow header lists the supported methods",
            quote(uri.path()),
            quote(method.as_str())
        ),
    )
}
