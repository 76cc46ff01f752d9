//! Turns errors of the engine into failures.

use orouter_local::GenerateError;
use orouter_wire::{AvailabilityCode, TextFormat};

use super::model::PROVIDER;
use crate::failure::{Failure, FailureKind};
use crate::provider::ProviderRequest;

/// Returns the failure of a request whose engine could not be loaded.
pub(super) fn not_loaded(reason: &str, request: &ProviderRequest) -> Failure {
    Failure::new(
        FailureKind::ProviderUnavailable,
        format!("the model could not be loaded: {reason}"),
    )
    .provider(PROVIDER)
    .availability(
        AvailabilityCode::ModelUnavailableUpstream,
        vec![request.model.clone()],
        Vec::new(),
    )
}

/// Turns an error of the engine into the failure that the client gets.
pub(super) fn from_engine(error: &GenerateError, request: &ProviderRequest) -> Failure {
    let message = error.to_string();
    match error {
        GenerateError::Busy { retry_after } => {
            Failure::new(FailureKind::ProviderOverloaded, message)
                .provider(PROVIDER)
                .retry_after(*retry_after)
                .availability(
                    AvailabilityCode::TemporarilyUnavailable,
                    vec![request.model.clone()],
                    Vec::new(),
                )
        }
        GenerateError::ContextLength { tokens, limit } => {
            // Clients recognise the failure by the text of OpenAI's message.
            let message = format!(
                "This model's maximum context length is {limit} tokens. However, your messages \
                 resulted in {tokens} tokens or more. Please reduce the length of the messages, or \
                 send `truncation: \"auto\"` to drop the oldest."
            );
            Failure::new(FailureKind::ContextLengthExceeded, message)
                .param("input")
                .provider(PROVIDER)
        }
        GenerateError::BadConstraint(reason) => {
            let text = request.request.text.as_ref();
            let has_schema =
                text.is_some_and(|text| matches!(text.format, Some(TextFormat::JsonSchema(_))));
            let param = match (has_schema, request.request.tools.is_empty()) {
                (true, true) => "text.format.schema",
                (true, false) => "text.format.schema or tools",
                _ => "tools",
            };
            Failure::invalid(
                param,
                format!("a schema in `{param}` cannot be enforced: {reason}"),
            )
            .provider(PROVIDER)
        }
        GenerateError::BadPrompt(reason) => {
            Failure::new(FailureKind::InvalidRequest, reason).provider(PROVIDER)
        }
        _ => Failure::new(FailureKind::ProviderUnavailable, message).provider(PROVIDER),
    }
}
