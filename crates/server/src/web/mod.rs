//! HTTP: which path leads where, and what holds for every answer.

mod asked;
mod body;
mod health;
mod models;
mod responses;
mod stamp;

pub(crate) use stamp::unix_now;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::routing::{get, post};
use http::{Method, Uri};

use crate::app::App;
use crate::failure::{Failure, FailureKind};
use crate::quote::quote;

/// The whole of the server's HTTP surface. Everything under `/api/v1` is also under `/v1`.
pub(crate) fn router(app: Arc<App>) -> Router {
    let api = Router::new()
        .route("/responses", post(responses::create))
        .route("/models", get(models::list))
        .route("/model/{author}/{slug}", get(models::one));
    Router::new()
        .nest("/api/v1", api.clone())
        .nest("/v1", api)
        .route("/health", get(health::health))
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .layer(axum::middleware::from_fn(stamp::stamp))
        .with_state(app)
}

async fn unknown_path(uri: Uri, request: Request) -> Failure {
    body::forget(request).await;
    Failure::new(
        FailureKind::NotFound,
        format!(
            "there is nothing at {}; this server has POST /api/v1/responses, GET /api/v1/models \
             and GET /health",
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
