//! The form of a failure as an HTTP response: status, headers and error body.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{ACCEPT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use orouter_wire::{ErrorBody, ErrorMetadata, ErrorResponse, ErrorValue, Raw};

use super::kind::FailureKind;
use super::value::Failure;

impl Failure {
    /// Returns the error body of the HTTP response:
    /// `{"error":{"code":<status>,"message":..,"type":<error_type>,"param":<path|null>,
    /// "metadata":{"error_type":..},"availability"?},"openrouter_metadata"?}`.
    #[must_use]
    pub fn to_body(&self) -> ErrorResponse {
        let mut metadata = ErrorMetadata::default();
        metadata.error_type = Some(self.error_type());
        metadata.provider_name.clone_from(&self.0.provider);
        metadata.provider_code = self.shown_code().cloned();
        metadata.previous_errors =
            Some(self.0.previous.clone()).filter(|previous| !previous.is_empty());
        let mut error = ErrorBody::new(self.status().as_u16(), self.message());
        error.r#type = Some(self.error_type().as_str().to_owned());
        match &self.0.param {
            Some(param) => error.param = Some(param.clone()),
            // Clients that read the member expect it to exist.
            None => {
                error.extra.insert("param", Raw::null());
            }
        }
        error.metadata = Some(Box::new(metadata));
        error.availability.clone_from(&self.0.availability);
        if let (Some(availability), Some(seconds)) = (&mut error.availability, self.retry_seconds())
        {
            availability.retry_after = Some(seconds as f64);
        }
        let mut body = ErrorResponse::default();
        body.openrouter_metadata.clone_from(&self.0.metadata);
        body.error = Some(ErrorValue::Body(Box::new(error)));
        body
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = Response::new(orouter_wire::to_string(&self.to_body()).into());
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if self.0.kind == FailureKind::UnsupportedEncoding {
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, zstd"));
        }
        if let Some(seconds) = self.retry_seconds() {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(state) = self.0.rate_limit {
            // Milliseconds since 1970, as in the hosted API.
            let now = SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default();
            let reset = now.saturating_add(state.resets_in).as_millis();
            let reset = u64::try_from(reset).unwrap_or(u64::MAX);
            headers.insert("x-ratelimit-limit", state.limit.into());
            headers.insert("x-ratelimit-remaining", state.remaining.into());
            headers.insert("x-ratelimit-reset", reset.into());
        }
        response.extensions_mut().insert(self); // for the log
        response
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use orouter_wire::AvailabilityCode;
    use serde_json::{Value, json};

    use super::*;

    fn json_of(failure: &Failure) -> Value {
        serde_json::from_str(&orouter_wire::to_string(&failure.to_body())).expect("JSON")
    }

    #[test]
    fn an_overload_has_retry_after() {
        let failure = Failure::new(FailureKind::ProviderOverloaded, "busy")
            .provider("local")
            .retry_after(Duration::from_millis(1200))
            .availability(
                AvailabilityCode::TemporarilyUnavailable,
                vec!["a/b".to_owned()],
                vec![],
            );
        assert_eq!(
            json_of(&failure),
            json!({"error": {
                "code": 503,
                "message": "busy",
                "type": "provider_overloaded",
                "param": null,
                "metadata": {"error_type": "provider_overloaded", "provider_name": "local"},
                "availability": {
                    "code": "temporarily_unavailable", "retryable": true, "retry_after": 2,
                    "requested_models": ["a/b"],
                    "docs_url": "https://openrouter.ai/docs/api-reference/errors",
                },
            }})
        );
        assert_eq!(failure.into_response().headers()[RETRY_AFTER], "2");
    }

    #[test]
    fn internal_errors_are_masked() {
        let failure = Failure::new(FailureKind::Server, "secret detail");
        assert!(!json_of(&failure).to_string().contains("secret"));
        assert!(!failure.to_string().contains("secret"));
        assert_eq!(failure.detail(), "secret detail");
    }
}
