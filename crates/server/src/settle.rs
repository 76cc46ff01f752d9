//! The last room: what an answer took, and a record of it.

use std::time::Instant;

use orouter_wire::usage::{CostDetails, InputTokensDetails, OutputTokensDetails};
use orouter_wire::{Response, Usage};

use crate::failure::Failure;
use crate::id::GenerationId;

/// Writes one line about an answer when it is over, in whichever way; an answer that is dropped
/// before its end was given up by its client.
pub(crate) struct Record {
    id: GenerationId,
    model: String,
    provider: String,
    streamed: bool,
    started: Instant,
    /// Tokens and cost of an answer that failed.
    tokens: Option<(u64, u64)>,
    cost: Option<f64>,
    open: bool,
}

impl Record {
    /// The record of a request that has been admitted, for the model that it named first.
    pub(crate) fn open(id: GenerationId, model: String, streamed: bool) -> Self {
        Self {
            id,
            model,
            provider: String::new(),
            streamed,
            started: Instant::now(),
            tokens: None,
            cost: None,
            open: true,
        }
    }

    /// Names who answers.
    pub(crate) fn served_by(&mut self, model: &str, provider: &str) {
        model.clone_into(&mut self.model);
        provider.clone_into(&mut self.provider);
    }

    /// Takes the usage of an answer that failed.
    pub(crate) fn took(&mut self, usage: Option<&Usage>) {
        self.tokens = usage.map(|usage| (usage.input_tokens, usage.output_tokens));
        self.cost = usage.and_then(|usage| usage.cost);
    }

    /// The answer ended, for better or worse, as this response.
    pub(crate) fn settle(&mut self, response: &Response) {
        let usage = response.usage.as_ref();
        self.write(
            response.status.as_str(),
            usage.map(|usage| (usage.input_tokens, usage.output_tokens)),
            usage.and_then(|usage| usage.cost),
        );
    }

    /// There was no answer.
    pub(crate) fn fail(&mut self, failure: &Failure) {
        if failure.status().is_server_error() {
            tracing::warn!(
                generation = self.id.as_str(),
                status = failure.status().as_u16(),
                error = failure.detail(),
                "failed"
            );
        }
        self.write("failed", self.tokens, self.cost);
    }

    fn write(&mut self, status: &str, tokens: Option<(u64, u64)>, cost: Option<f64>) {
        if !std::mem::take(&mut self.open) {
            return;
        }
        tracing::info!(
            generation = self.id.as_str(),
            model = self.model,
            provider = self.provider,
            streamed = self.streamed,
            status,
            input_tokens = tokens.map(|(input, _)| input),
            output_tokens = tokens.map(|(_, output)| output),
            cost,
            milliseconds = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX),
            "answered"
        );
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        self.write("cancelled", None, None);
    }
}

/// Makes what an endpoint reported complete: details spelled out, and the cost. Models that cost
/// something come in with providers; until then everything costs nothing.
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
