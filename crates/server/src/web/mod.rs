//! HTTP: which path leads where, and what holds for every answer.

mod body;
mod coding;
mod cors;
mod decode;
mod gate;
mod health;
mod held;
mod media;
mod models;
mod responses;
mod slash;
mod stamp;

pub(crate) use stamp::unix_now;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use http::{Method, Uri};

use crate::app::App;
use crate::failure::{Failure, FailureKind};

/// Maximum length of a path that an error message repeats, in characters.
const SHOWN_PATH: usize = 200;

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
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .with_state(Arc::clone(&app));
    // A router of its own, because layers of a router run after it has chosen the route. The layer
    // added last runs first.
    Router::new()
        .fallback_service(routes)
        .layer(from_fn(slash::trim))
        .layer(from_fn_with_state((Arc::clone(&app), loopback), gate::gate))
        .layer(from_fn_with_state(app, cors::cors))
        .layer(from_fn(stamp::stamp))
}

async fn unknown_path(uri: Uri, request: Request) -> Failure {
    body::forget(request).await;
    Failure::new(
        FailureKind::NotFound,
        format!(
            "there is nothing at {}; this server has POST /api/v1/responses, GET /api/v1/models \
             and GET /health",
            shown(&uri)
        ),
    )
}

/// The path, cut to a length that fits a message.
fn shown(uri: &Uri) -> &str {
    let path = uri.path();
    let end = path
        .char_indices()
        .nth(SHOWN_PATH)
        .map_or(path.len(), |(at, _)| at);
    path.get(..end).unwrap_or(path)
}

async fn wrong_method(method: Method, uri: Uri, request: Request) -> Failure {
    body::forget(request).await;
    Failure::new(
        FailureKind::MethodNotAllowed,
        format!(
            "{} does not take {method}; the Allow header says what it takes",
            shown(&uri)
        ),
    )
}
