//! `GET /ready` and `GET /version`, for load balancers and operators.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::app::App;
use crate::provider::Readiness;
use crate::version::COMMIT;

/// Returns 200 with `status` `ready`, or 503 with `loading`, `failing` or `stopping`.
///
/// The server is ready if it is not stopping and at least one provider can serve requests.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Response {
    let status = status(&app);
    let code = if status == "ready" {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    reply(code, &json!({ "status": status }))
}

fn status(app: &App) -> &'static str {
    if app.is_stopping() {
        return "stopping";
    }
    let mut status = "ready";
    for provider in app.catalog().providers() {
        status = match (provider.load().readiness, status) {
            (Readiness::Ready, _) => return "ready",
            (Readiness::Loading, _) | (Readiness::Failed(_), "loading") => "loading",
            (Readiness::Failed(_), _) => "failing",
        };
    }
    status
}

/// Returns name, version, and the commit of the build, if known.
pub(super) async fn version() -> Response {
    reply(
        StatusCode::OK,
        &json!({
            "name": "orouter",
            "version": env!("CARGO_PKG_VERSION"),
            "commit": COMMIT,
        }),
    )
}

fn reply(code: StatusCode, body: &Value) -> Response {
    (code, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
