//! Responses of the account routes.

use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use orouter_store::Usd;
use serde_json::{Value, json};

/// Returns a response with this body. No cache stores it, because it has a key or the figures of an
/// account.
pub(super) fn private_json(status: StatusCode, body: &Value) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
    ];
    (status, headers, body.to_string()).into_response()
}

/// Returns a 200 with `{"data": ..}`.
pub(super) fn data(data: &Value) -> Response {
    private_json(StatusCode::OK, &json!({ "data": data }))
}

/// Returns an amount as the API has it: a number of USD.
pub(super) fn dollars(amount: Usd) -> Value {
    json!(amount.to_f64())
}
