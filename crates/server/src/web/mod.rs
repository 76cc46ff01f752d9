//! HTTP: which path leads where, and what holds for every answer.

mod asked;
mod body;
mod coding;
mod cors;
mod decode;
mod gate;
mod health;
mod held;
mod log;
mod media;
mod models;
mod ready;
mod responses;
mod slash;
mod stamp;

pub(crate) use log::serve;
pub(crate) use stamp::unix_now;

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

/// The whole of the server's HTTP surface. Everything under `/api/v1` is also under `/v1`.
///
/// `loopback`: the server listens on a loopback address, so that hosts and origins are checked.
pub(crate) fn router(app: Arc<App>, loopback: bool) -> Router {
    let api = Router::new()
        .route("/responses", post(responses::create))
        .route("/models", get(models::list))
        .route("/models/{*name}", get(models::plain))
        .route("/model/{*name}", get(models::wrapped));
    let routes = Router::new()
        .nest("/api/v1", api.clone())
        .nest("/v1", api)
        .route("/health", get(health::health))
        .route("/ready", get(ready::ready))
        .route("/version", get(ready::version))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .with_state(Arc::clone(&app));
    // A router of its own, because layers of a router run after it has chosen the route. The layer
    // added last runs first.
    Router::new()
        .fallback_service(routes)
        .layer(from_fn(slash::trim))
        .layer(from_fn_with_state((Arc::clone(&app), loopback), gate::gate))
        .layer(from_fn(catch_panic))
        .layer(from_fn_with_state(app, cors::cors))
        .layer(from_fn(stamp::stamp))
}

/// Turns a panic in a handler into a 500.
async fn catch_panic(request: Request, next: Next) -> Result<Response, Failure> {
    panics::caught_future(next.run(request)).await
}

async fn unknown_path(uri: Uri, request: Request) -> Failure {
    body::forget(request).await;
    Failure::new(
        FailureKind::NotFound,
        format!(
            "there is nothing at {}; this server has POST /api/v1/responses, GET /api/v1/models, \
             GET /health, GET /ready and GET /version",
            quote(uri.path())
        ),
    )
}

async fn wrong_method(method: Method, uri: Uri, request: Request) -> Failure {
    body::forget(request).await;
    Failure::new(
        FailureKind::MethodNotAllowed,
        format!(
            "{} does not take {}; the Allow header says what it takes",
            quote(uri.path()),
            quote(method.as_str())
        ),
    )
}
