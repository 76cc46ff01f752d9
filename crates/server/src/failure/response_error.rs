//! The form of a failure within a stream or a response: `error` of `response.failed`.

use orouter_wire::{Raw, ResponseError, ResponseErrorMetadata};
use serde_json::Value;

use super::value::Failure;

impl Failure {
    /// Returns the `error` of a response that ends with this failure.
    pub(crate) fn to_response_error(&self) -> ResponseError {
        let mut error = ResponseError::new(self.0.kind.response_code(), self.message());
        error.r#type = Some(self.error_type().as_str().to_owned());
        match &self.0.param {
            Some(param) => error.param = Some(param.clone()),
            // Clients that read the member expect it to exist.
            None => {
                error.extra.insert("param", Raw::null());
            }
        }
        let mut metadata = ResponseErrorMetadata::default();
        let mut add = |name: &str, value: Value| metadata.extra.insert(name, Raw::from(value));
        if let Some(provider) = &self.0.provider {
            add("error_type", self.error_type().as_str().into());
            add("provider_name", provider.as_str().into());
        }
        if let Some(code) = self.shown_code() {
            add("provider_code", code.to_string().into());
        }
        if !self.0.previous.is_empty() {
            let previous = self.0.previous.iter().map(orouter_wire::to_string);
            let previous = previous.filter_map(|entry| serde_json::from_str(&entry).ok());
            add("previous_errors", Value::Array(previous.collect()));
        }
        if let Some(seconds) = self.retry_seconds() {
            add("retry_after", seconds.into());
        }
        error.metadata = (!metadata.extra.is_empty()).then_some(metadata);
        error
    }
}
