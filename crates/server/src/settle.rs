//! Stage 5 of 5: usage and cost of a response, and its part of the request's log line.

use orouter_wire::usage::{CostDetails, InputTokensDetails, OutputTokensDetails};
use orouter_wire::{ApiErrorType, Response, ResponseStatus, Usage};

use crate::failure::Failure;
use crate::request_log::{Outcome, RequestLog};

/// Records the result of a generation in the log line of its request.
pub(crate) struct Record {
    log: RequestLog,
}

impl Record {
    /// Creates the record of a request whose plan begins with `model`.
    pub(crate) fn new(log: RequestLog, model: &str, streamed: bool) -> Self {
        log.served_by(model, "");
        log.streamed(streamed);
        Self { log }
    }

    /// Sets the model and provider that serve the request.
    pub(crate) fn served_by(&mut self, model: &str, provider: &str) {
        self.log.served_by(model, provider);
    }

    /// Records the usage of a generation that failed.
    pub(crate) fn usage(&mut self, usage: Option<&Usage>) {
        self.log.usage(
            usage.map(|usage| (usage.input_tokens, usage.output_tokens)),
            usage.and_then(|usage| usage.cost),
        );
    }

    /// Records a generation that ended with this response.
    pub(crate) fn settle(&mut self, response: &Response) {
        self.usage(response.usage.as_ref());
        let outcome = match response.status {
            ResponseStatus::Completed => Outcome::Completed,
            ResponseStatus::Failed => Outcome::Failed,
            _ => Outcome::Incomplete,
        };
        let error_type = response.error_type.as_ref().map(ApiErrorType::as_str);
        self.log.outcome(outcome, error_type);
    }

    /// Records a generation that failed.
    pub(crate) fn fail(&mut self, failure: &Failure) {
        self.log.failure(failure);
    }
}

/// Adds the members of `usage` that clients require and the provider left out: the details, and a
/// cost of 0.
pub(crate) fn complete(usage: &mut Usage) {
    usage.total_tokens = usage.input_tokens.saturating_add(usage.output_tokens);
    usage
        .input_tokens_details
        .get_or_insert_with(|| InputTokensDetails::cached(0))
        .cache_write_tokens
        .get_or_insert(0); // OpenAI's clients require it
    usage
        .output_tokens_details
        .get_or_insert_with(|| OutputTokensDetails::reasoning(0));
    usage.cost.get_or_insert(0.0);
    usage.cost_details.get_or_insert_with(|| {
        let mut details = CostDetails::default();
        details.upstream_inference_cost = Some(0.0);
        details.upstream_inference_input_cost = Some(0.0);
        details.upstream_inference_output_cost = Some(0.0);
        details
    });
    usage.is_byok.get_or_insert(false);
}
