//! `GET /ready` and `GET /version`, for load balancers and operators.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::app::App;
use crate::endpoint::Readiness;

/// 200 with `status` `ready`; 503 with `loading`, `failing` or `stopping`.
///
/// The server is ready while it is not stopping and one of its endpoints can serve requests.
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
    for endpoint in &app.endpoints {
        status = match (endpoint.load().readiness, status) {
            (Readiness::Ready, _) => return "ready",
            (Readiness::Loading, _) | (Readiness::Failed(_), "loading") => "loading",
            (Readiness::Failed(_), _) => "failing",
        };
    }
    status
}

/// Name, version, and the commit that was built, if the build knew it.
pub(super) async fn version() -> Response {
    reply(
        StatusCode::OK,
        &json!({
            "name": "orouter",
            "version": env!("CARGO_PKG_VERSION"),
            "commit": option_env!("OROUTER_COMMIT").filter(|commit| !commit.is_empty()),
        }),
    )
}

fn reply(code: StatusCode, body: &Value) -> Response {
    (code, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
